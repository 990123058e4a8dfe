//! Which language somebody reads.

/// A language of the catalogue. Chinese unless English is asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Lang {
    #[default]
    Zh,
    En,
}

impl Lang {
    pub const ALL: [Self; 2] = [Self::Zh, Self::En];

    /// The language tag, `zh-CN` or `en`.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Zh => "zh-CN",
            Self::En => "en",
        }
    }

    /// The one of ours that an `Accept-Language` header (RFC 9110, 12.5.4) prefers: the highest
    /// weight wins, the first of equals; Chinese if it names neither.
    #[must_use]
    pub fn from_accept_language(header: &str) -> Self {
        let mut best = (0u32, Self::default());
        for range in header.split(',').take(32) {
            let mut parts = range.split(';');
            let tag = parts.next().unwrap_or_default().trim();
            let weight = parts
                .find_map(|part| part.trim().strip_prefix("q="))
                .map_or(1000, thousandths);
            if let Some(lang) = Self::of_tag(tag)
                && weight > best.0
            {
                best = (weight, lang);
            }
        }
        best.1
    }

    /// The one of ours that a language tag (`zh-CN`, `en`) means.
    #[must_use]
    pub fn of_tag(tag: &str) -> Option<Self> {
        let primary = tag.split('-').next().unwrap_or_default();
        if primary.eq_ignore_ascii_case("zh") {
            Some(Self::Zh)
        } else if primary.eq_ignore_ascii_case("en") {
            Some(Self::En)
        } else {
            None
        }
    }
}

/// `0.85` as 850; anything that is not a weight as 0.
fn thousandths(weight: &str) -> u32 {
    match weight.trim().parse::<f32>() {
        Ok(weight) if weight.is_finite() => (weight.clamp(0.0, 1.0) * 1000.0) as u32,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::Lang;

    #[test]
    fn the_heaviest_language_wins_and_chinese_is_the_default() {
        for (header, expected) in [
            ("", Lang::Zh),
            ("fr", Lang::Zh),
            ("*", Lang::Zh),
            ("en", Lang::En),
            ("EN-gb", Lang::En),
            ("zh-Hant-TW", Lang::Zh),
            ("en;q=0.5, zh;q=0.9", Lang::Zh),
            ("fr, en;q=0.9, zh;q=0.8", Lang::En),
            ("zh,en", Lang::Zh),
            ("en;q=0", Lang::Zh),
            ("en;q=x;;,,", Lang::Zh),
        ] {
            assert_eq!(Lang::from_accept_language(header), expected, "{header}");
        }
    }
}
