//! The language of a search, and its parser.
//!
//! ```text
//! query   = all, { ("OR" | "|"), all }
//! all     = one, { ["AND"], one }
//! one     = ["-" | "NOT"], (word | '"' phrase '"' | "(" query ")")
//! ```
//!
//! Quotes and brackets may be the Chinese ones. `AND`, `OR` and `NOT` are written in capitals;
//! in small letters they are words.

use super::term::Term;

/// Longest query, in characters, most words in it, and deepest nesting.
pub const MAX_CHARS: usize = 500;
pub const MAX_TERMS: usize = 50;
pub const MAX_DEPTH: usize = 20;

/// What is wrong with a query, and at which character of it (from 0).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{fault} at character {at}")]
pub struct QueryError {
    pub at: usize,
    pub fault: Fault,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    #[error("nothing to look for")]
    Nothing,
    #[error("a quote that is not closed")]
    OpenQuote,
    #[error("a bracket that is not closed")]
    OpenBracket,
    #[error("a bracket that closes nothing")]
    StrayBracket,
    #[error("an operator without a word before it")]
    NothingBefore,
    #[error("an operator without a word after it")]
    NothingAfter,
    #[error("a query of more than {MAX_CHARS} characters")]
    TooLong,
    #[error("more than {MAX_TERMS} words")]
    TooManyTerms,
    #[error("brackets or exclusions nested too deep")]
    TooDeep,
}

impl Fault {
    pub const ALL: [Self; 9] = [
        Self::Nothing,
        Self::OpenQuote,
        Self::OpenBracket,
        Self::StrayBracket,
        Self::NothingBefore,
        Self::NothingAfter,
        Self::TooLong,
        Self::TooManyTerms,
        Self::TooDeep,
    ];

    /// Its name in the text catalogue.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::OpenQuote => "open_quote",
            Self::OpenBracket => "open_bracket",
            Self::StrayBracket => "stray_bracket",
            Self::NothingBefore => "nothing_before",
            Self::NothingAfter => "nothing_after",
            Self::TooLong => "too_long",
            Self::TooManyTerms => "too_many_terms",
            Self::TooDeep => "too_deep",
        }
    }
}

/// What is looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Node {
    Term(Term),
    All(Vec<Node>),
    Any(Vec<Node>),
    Not(Box<Node>),
}

/// Reads a query.
///
/// # Errors
/// [`QueryError`] with the place.
pub fn parse(text: &str) -> Result<Node, QueryError> {
    let symbols = symbols(text)?;
    let end = text.chars().count();
    let mut parser = Parser {
        symbols: &symbols,
        at: 0,
        end,
        depth: 0,
    };
    let node = parser.any()?;
    match parser.peek() {
        None => Ok(node),
        Some(symbol) => Err(QueryError {
            at: symbol.at,
            fault: Fault::StrayBracket,
        }),
    }
}

#[derive(Debug, Clone, PartialEq)]
struct Symbol {
    at: usize,
    what: What,
}

#[derive(Debug, Clone, PartialEq)]
enum What {
    Term(Term),
    And,
    Or,
    Not,
    Open,
    Close,
}

fn is_quote(c: char) -> bool {
    matches!(c, '"' | '“' | '”' | '＂')
}

fn bracket(c: char) -> Option<What> {
    match c {
        '(' | '（' => Some(What::Open),
        ')' | '）' => Some(What::Close),
        _ => None,
    }
}

fn symbols(text: &str) -> Result<Vec<Symbol>, QueryError> {
    let chars: Vec<char> = text.chars().collect();
    if chars.len() > MAX_CHARS {
        let (at, fault) = (MAX_CHARS, Fault::TooLong);
        return Err(QueryError { at, fault });
    }
    let mut symbols = Vec::new();
    let mut at = 0;
    let mut terms = 0;
    while let Some(c) = chars.get(at).copied() {
        let start = at;
        at += 1;
        let what = if c.is_whitespace() {
            continue;
        } else if let Some(bracket) = bracket(c) {
            Some(bracket)
        } else if c == '|' {
            Some(What::Or)
        } else if c == '-' {
            Some(What::Not)
        } else if is_quote(c) {
            let rest = &chars[at..];
            let Some(len) = rest.iter().position(|c| is_quote(*c)) else {
                let fault = Fault::OpenQuote;
                return Err(QueryError { at: start, fault });
            };
            at += len + 1;
            term(&rest[..len])
        } else {
            let ends =
                |c: &char| c.is_whitespace() || is_quote(*c) || bracket(*c).is_some() || *c == '|';
            at = chars[start..]
                .iter()
                .position(ends)
                .map_or(chars.len(), |len| start + len);
            word(&chars[start..at])
        };
        terms += usize::from(matches!(what, Some(What::Term(_))));
        if terms > MAX_TERMS {
            let fault = Fault::TooManyTerms;
            return Err(QueryError { at: start, fault });
        }
        // What folds away entirely is as if it had not been typed.
        symbols.extend(what.map(|what| Symbol { at: start, what }));
    }
    Ok(symbols)
}

fn word(chars: &[char]) -> Option<What> {
    match chars {
        ['A', 'N', 'D'] => Some(What::And),
        ['O', 'R'] => Some(What::Or),
        ['N', 'O', 'T'] => Some(What::Not),
        _ => term(chars),
    }
}

fn term(chars: &[char]) -> Option<What> {
    let text: String = chars.iter().collect();
    Term::new(&text).map(What::Term)
}

struct Parser<'a> {
    symbols: &'a [Symbol],
    at: usize,
    /// Where the query ends, in characters.
    end: usize,
    depth: usize,
}

impl<'a> Parser<'a> {
    fn peek(&self) -> Option<&'a Symbol> {
        self.symbols.get(self.at)
    }

    fn error<T>(&self, symbol: Option<&Symbol>, fault: Fault) -> Result<T, QueryError> {
        let at = symbol.map_or(self.end, |symbol| symbol.at);
        Err(QueryError { at, fault })
    }

    fn any(&mut self) -> Result<Node, QueryError> {
        let mut nodes = vec![self.all()?];
        while self.peek().is_some_and(|symbol| symbol.what == What::Or) {
            self.at += 1;
            nodes.push(self.all()?);
        }
        Ok(alone_or(nodes, Node::Any))
    }

    fn all(&mut self) -> Result<Node, QueryError> {
        let mut nodes = vec![self.one()?];
        while let Some(symbol) = self.peek() {
            match symbol.what {
                What::Or | What::Close => break,
                What::And => self.at += 1,
                What::Term(_) | What::Not | What::Open => {}
            }
            nodes.push(self.one()?);
        }
        Ok(alone_or(nodes, Node::All))
    }

    fn one(&mut self) -> Result<Node, QueryError> {
        let before = self.at.checked_sub(1).and_then(|at| self.symbols.get(at));
        let symbol = self.peek();
        match symbol.map(|symbol| &symbol.what) {
            Some(What::Term(term)) => {
                self.at += 1;
                Ok(Node::Term(term.clone()))
            }
            Some(What::Not) => self.deeper(symbol, |parser| Ok(Node::Not(Box::new(parser.one()?)))),
            Some(What::Open) => self.deeper(symbol, |parser| {
                let node = parser.any()?;
                match parser.peek().map(|symbol| &symbol.what) {
                    Some(What::Close) => parser.at += 1,
                    _ => return parser.error(symbol, Fault::OpenBracket),
                }
                Ok(node)
            }),
            Some(What::And | What::Or) => self.error(symbol, Fault::NothingBefore),
            Some(What::Close) | None => match before.map(|symbol| &symbol.what) {
                Some(What::And | What::Or | What::Not) => self.error(before, Fault::NothingAfter),
                Some(What::Open) if symbol.is_none() => self.error(before, Fault::OpenBracket),
                None if symbol.is_some() => self.error(symbol, Fault::StrayBracket),
                _ => self.error(symbol, Fault::Nothing),
            },
        }
    }

    fn deeper(
        &mut self,
        symbol: Option<&Symbol>,
        read: impl FnOnce(&mut Self) -> Result<Node, QueryError>,
    ) -> Result<Node, QueryError> {
        if self.depth >= MAX_DEPTH {
            return self.error(symbol, Fault::TooDeep);
        }
        self.at += 1;
        self.depth += 1;
        let node = read(self)?;
        self.depth -= 1;
        Ok(node)
    }
}

fn alone_or(mut nodes: Vec<Node>, group: impl FnOnce(Vec<Node>) -> Node) -> Node {
    match nodes.pop() {
        Some(node) if nodes.is_empty() => node,
        last => {
            nodes.extend(last);
            group(nodes)
        }
    }
}
