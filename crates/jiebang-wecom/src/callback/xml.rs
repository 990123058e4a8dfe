//! Just enough XML for callbacks: elements with text or children, in any order, CDATA or
//! bare. No document type, no entities of its own, bounded depth and size.

use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesRef, BytesStart, Event};

/// Deepest nesting; real events use four.
const MAX_DEPTH: usize = 16;
/// Most elements; a group has at most some hundred changed members.
const MAX_ELEMENTS: usize = 20_000;

/// An element.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Element {
    pub name: String,
    /// Without blanks around it.
    pub text: String,
    pub children: Vec<Element>,
}

/// The text is not XML, or not of the kind that callbacks are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NotXml;

impl Element {
    pub(super) fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }

    /// The text of a child, if it has one that is not empty.
    pub(super) fn text_of(&self, name: &str) -> Option<&str> {
        self.child(name)
            .map(|child| child.text.as_str())
            .filter(|text| !text.is_empty())
    }
}

/// Reads the root element and what is in it.
pub(super) fn parse(xml: &str) -> Result<Element, NotXml> {
    if xml.len() > super::MAX_BODY {
        return Err(NotXml);
    }
    let mut reader = Reader::from_str(xml.trim_start_matches('\u{feff}').trim());
    let mut open: Vec<Element> = Vec::new();
    let mut elements = 0_usize;
    loop {
        let event = reader.read_event().map_err(|_source| NotXml)?;
        match event {
            Event::Start(start) => {
                elements += 1;
                if open.len() >= MAX_DEPTH || elements > MAX_ELEMENTS {
                    return Err(NotXml);
                }
                open.push(element(&start));
            }
            Event::Empty(start) => {
                elements += 1;
                let Some(parent) = open.last_mut() else {
                    return Ok(element(&start));
                };
                if elements > MAX_ELEMENTS {
                    return Err(NotXml);
                }
                parent.children.push(element(&start));
            }
            Event::End(_) => {
                let mut done = open.pop().ok_or(NotXml)?;
                done.text = done.text.trim().to_owned();
                match open.last_mut() {
                    Some(parent) => parent.children.push(done),
                    None => return Ok(done),
                }
            }
            Event::Text(text) => append(&mut open, &text.xml10_content()),
            Event::CData(text) => append(&mut open, &text.xml10_content()),
            Event::GeneralRef(reference) => append_reference(&mut open, &reference)?,
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
            Event::DocType(_) | Event::Eof => return Err(NotXml),
        }
    }
}

fn element(start: &BytesStart<'_>) -> Element {
    Element {
        name: start.local_name().into_inner().to_owned(),
        ..Element::default()
    }
}

fn append(open: &mut [Element], text: &str) {
    if let Some(element) = open.last_mut() {
        element.text.push_str(text);
    }
}

/// The five entities of XML itself and characters by number; no others.
fn append_reference(open: &mut [Element], reference: &BytesRef<'_>) -> Result<(), NotXml> {
    match reference.resolve_char_ref() {
        Ok(Some(character)) => append(open, character.encode_utf8(&mut [0; 4])),
        Ok(None) => append(open, resolve_predefined_entity(reference).ok_or(NotXml)?),
        Err(_) => return Err(NotXml),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cdata_and_bare_text_are_the_same() {
        let root = parse(" \n<xml><A><![CDATA[ x&y ]]></A><B>x&amp;y&#33;</B><C/></xml>").unwrap();
        assert_eq!(root.text_of("A"), Some("x&y"));
        assert_eq!(root.text_of("B"), Some("x&y!"));
        assert_eq!(root.text_of("C"), None);
        assert!(root.child("C").is_some());
    }

    #[test]
    fn entities_and_document_types_are_refused() {
        let bomb = r#"<!DOCTYPE x [<!ENTITY a "aaaa">]><xml><A>&a;</A></xml>"#;
        assert_eq!(parse(bomb), Err(NotXml));
        assert_eq!(parse("<xml>&a;</xml>"), Err(NotXml));
    }

    #[test]
    fn depth_and_size_are_bounded() {
        assert_eq!(parse(&"<a>".repeat(100_000)), Err(NotXml));
        let wide = format!("<xml>{}</xml>", "<a/>".repeat(MAX_ELEMENTS + 1));
        assert_eq!(parse(&wide), Err(NotXml));
        for bad in [
            "",
            "x",
            "<xml>",
            "</xml>",
            "<a></b>",
            "<xml",
            "\u{feff}",
            "<xml><![CDATA[",
        ] {
            assert_eq!(parse(bad), Err(NotXml), "{bad}");
        }
    }
}
