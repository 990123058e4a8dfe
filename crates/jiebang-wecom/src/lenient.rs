//! Reading answers that do not keep their own types (section 9.5 of the reference): a number
//! may come as text, a list may be null or absent, a field may be missing. What cannot be
//! read becomes the empty value; an entry of a list that cannot be read is left out and
//! counted in a log line, so that one bad entry does not hide the rest.

use std::fmt;
use std::marker::PhantomData;

use jiebang_domain::time::Timestamp;
use serde::de::{self, Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// Any JSON value, of which only a scalar is kept.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Scalar {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(String),
    /// A list or an object.
    Other,
}

impl Scalar {
    pub(crate) fn into_int(self) -> Option<i64> {
        match self {
            Self::Int(value) => Some(value),
            Self::Bool(value) => Some(i64::from(value)),
            #[expect(
                clippy::cast_possible_truncation,
                reason = "a float out of range saturates, which is as good as any other value"
            )]
            Self::Float(value) if value.is_finite() => Some(value as i64),
            Self::Text(text) => text.trim().parse().ok(),
            _ => None,
        }
    }

    fn into_number(self) -> Option<f64> {
        match self {
            #[expect(
                clippy::cast_precision_loss,
                reason = "shares and counts far below 2^53"
            )]
            Self::Int(value) => Some(value as f64),
            Self::Float(value) if value.is_finite() => Some(value),
            Self::Text(text) => text.trim().parse().ok().filter(|n: &f64| n.is_finite()),
            _ => None,
        }
    }

    fn into_text(self) -> Option<String> {
        match self {
            Self::Text(text) => Some(text),
            Self::Int(value) => Some(value.to_string()),
            Self::Float(value) => Some(value.to_string()),
            _ => None,
        }
    }
}

struct ScalarVisitor;

impl<'de> Visitor<'de> for ScalarVisitor {
    type Value = Scalar;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }
    fn visit_unit<E: de::Error>(self) -> Result<Scalar, E> {
        Ok(Scalar::Null)
    }
    fn visit_none<E: de::Error>(self) -> Result<Scalar, E> {
        Ok(Scalar::Null)
    }
    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Scalar, E> {
        Ok(Scalar::Bool(value))
    }
    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Scalar, E> {
        Ok(Scalar::Int(value))
    }
    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Scalar, E> {
        Ok(Scalar::Int(i64::try_from(value).unwrap_or(i64::MAX)))
    }
    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Scalar, E> {
        Ok(Scalar::Float(value))
    }
    fn visit_str<E: de::Error>(self, value: &str) -> Result<Scalar, E> {
        Ok(Scalar::Text(value.to_owned()))
    }
    fn visit_string<E: de::Error>(self, value: String) -> Result<Scalar, E> {
        Ok(Scalar::Text(value))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Scalar, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Scalar::Other)
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Scalar, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Scalar::Other)
    }
}

impl<'de> Deserialize<'de> for Scalar {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ScalarVisitor)
    }
}

/// A number, 0 if there is none.
pub(crate) fn int<'de, D: Deserializer<'de>>(d: D) -> Result<i64, D::Error> {
    Ok(opt_int(d)?.unwrap_or_default())
}

/// A number if there is one.
pub(crate) fn opt_int<'de, D: Deserializer<'de>>(d: D) -> Result<Option<i64>, D::Error> {
    Ok(Scalar::deserialize(d)?.into_int())
}

/// A number with a fraction if there is one.
pub(crate) fn opt_number<'de, D: Deserializer<'de>>(d: D) -> Result<Option<f64>, D::Error> {
    Ok(Scalar::deserialize(d)?.into_number())
}

/// A flag given as true, 1 or "1".
pub(crate) fn flag<'de, D: Deserializer<'de>>(d: D) -> Result<bool, D::Error> {
    Ok(match Scalar::deserialize(d)? {
        Scalar::Text(text) if text.eq_ignore_ascii_case("true") => true,
        other => other.into_int().is_some_and(|n| n != 0),
    })
}

/// A moment in Unix seconds, the epoch if there is none.
pub(crate) fn time<'de, D: Deserializer<'de>>(d: D) -> Result<Timestamp, D::Error> {
    Ok(Timestamp::from_seconds(int(d)?))
}

/// A text, empty if there is none.
pub(crate) fn text<'de, D: Deserializer<'de>>(d: D) -> Result<String, D::Error> {
    Ok(Scalar::deserialize(d)?.into_text().unwrap_or_default())
}

/// A text if there is one that is not empty.
pub(crate) fn opt_text<'de, D: Deserializer<'de>>(d: D) -> Result<Option<String>, D::Error> {
    Ok(Scalar::deserialize(d)?
        .into_text()
        .filter(|text| !text.is_empty()))
}

/// An id if there is a valid one.
pub(crate) fn opt_id<'de, D, T>(d: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: TryFrom<String>,
{
    Ok(Scalar::deserialize(d)?
        .into_text()
        .and_then(|text| T::try_from(text).ok()))
}

struct ListVisitor<T, F> {
    read: F,
    of: PhantomData<T>,
}

impl<'de, E, T, F> Visitor<'de> for ListVisitor<(E, T), F>
where
    E: Deserialize<'de>,
    F: Fn(E) -> Option<T>,
{
    type Value = Vec<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }
    fn visit_unit<X: de::Error>(self) -> Result<Vec<T>, X> {
        Ok(Vec::new())
    }
    /// Some services write an empty list as `""`.
    fn visit_str<X: de::Error>(self, value: &str) -> Result<Vec<T>, X> {
        if value.is_empty() {
            Ok(Vec::new())
        } else {
            Err(X::custom("text instead of a list"))
        }
    }
    /// Some services write an empty list as `{}`.
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Vec<T>, A::Error> {
        match map.next_entry::<IgnoredAny, IgnoredAny>()? {
            None => Ok(Vec::new()),
            Some(_) => Err(de::Error::custom("an object instead of a list")),
        }
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Vec<T>, A::Error> {
        let mut items = Vec::with_capacity(seq.size_hint().unwrap_or_default().min(4096));
        let mut left_out = 0_usize;
        while let Some(entry) = seq.next_element::<E>()? {
            match (self.read)(entry) {
                Some(item) => items.push(item),
                None => left_out += 1,
            }
        }
        if left_out > 0 {
            let of = std::any::type_name::<T>();
            tracing::warn!(left_out, of, "entries of an answer could not be read");
        }
        Ok(items)
    }
}

/// An entry of a list that is either what was expected or something else.
#[derive(serde::Deserialize)]
#[serde(untagged)]
enum Entry<T> {
    Read(T),
    Unreadable(IgnoredAny),
}

/// A list of objects.
pub(crate) fn list<'de, D, T>(d: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    let read = |entry| match entry {
        Entry::Read(item) => Some(item),
        Entry::Unreadable(_) => None,
    };
    d.deserialize_any(ListVisitor {
        read,
        of: PhantomData::<(Entry<T>, T)>,
    })
}

/// A list of ids.
pub(crate) fn ids<'de, D, T>(d: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: TryFrom<String>,
{
    let read = |entry: Scalar| entry.into_text().and_then(|text| T::try_from(text).ok());
    d.deserialize_any(ListVisitor {
        read,
        of: PhantomData::<(Scalar, T)>,
    })
}

/// A list of texts that are not empty.
pub(crate) fn texts<'de, D: Deserializer<'de>>(d: D) -> Result<Vec<String>, D::Error> {
    let read = |entry: Scalar| entry.into_text();
    let all = d.deserialize_any(ListVisitor {
        read,
        of: PhantomData::<(Scalar, String)>,
    })?;
    Ok(all.into_iter().filter(|text| !text.is_empty()).collect())
}

/// A list of numbers; a single number counts as a list of one.
pub(crate) fn ints<'de, D: Deserializer<'de>>(d: D) -> Result<Vec<i64>, D::Error> {
    d.deserialize_any(IntsVisitor)
}

struct IntsVisitor;

impl<'de> Visitor<'de> for IntsVisitor {
    type Value = Vec<i64>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("numbers")
    }
    fn visit_unit<E: de::Error>(self) -> Result<Vec<i64>, E> {
        Ok(Vec::new())
    }
    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Vec<i64>, E> {
        Ok(vec![value])
    }
    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Vec<i64>, E> {
        Ok(i64::try_from(value).into_iter().collect())
    }
    fn visit_str<E: de::Error>(self, value: &str) -> Result<Vec<i64>, E> {
        Ok(value
            .split(',')
            .filter_map(|part| part.trim().parse().ok())
            .collect())
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Vec<i64>, A::Error> {
        let mut numbers = Vec::new();
        while let Some(entry) = seq.next_element::<Scalar>()? {
            // The lists of a member are read by common index, so a gap keeps its place.
            numbers.push(entry.into_int().unwrap_or_default());
        }
        Ok(numbers)
    }
}

/// An object, its empty value if it is null.
pub(crate) fn object<'de, D, T>(d: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    Ok(Option::<T>::deserialize(d)?.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use jiebang_domain::id::UserId;
    use serde::Deserialize;

    use super::*;

    #[derive(Deserialize, Debug, PartialEq)]
    struct Row {
        userid: UserId,
        #[serde(default, deserialize_with = "int")]
        n: i64,
    }

    #[derive(Deserialize, Debug, Default, PartialEq)]
    struct All {
        #[serde(default, deserialize_with = "list")]
        rows: Vec<Row>,
        #[serde(default, deserialize_with = "ids")]
        users: Vec<UserId>,
        #[serde(default, deserialize_with = "ints")]
        departments: Vec<i64>,
        #[serde(default, deserialize_with = "opt_number")]
        share: Option<f64>,
        #[serde(default, deserialize_with = "text")]
        name: String,
        #[serde(default, deserialize_with = "flag")]
        on: bool,
    }

    fn read(json: &str) -> All {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn absent_null_and_empty_are_the_same() {
        let empty = All::default();
        assert_eq!(read("{}"), empty);
        assert_eq!(
            read(
                r#"{"rows":null,"users":null,"departments":null,"share":null,"name":null,"on":null}"#
            ),
            empty
        );
        assert_eq!(
            read(r#"{"rows":"","users":{},"departments":"","share":"","on":""}"#),
            empty
        );
    }

    #[test]
    fn numbers_and_texts_are_taken_for_one_another() {
        let all = read(
            r#"{"rows":[{"userid":"A","n":"7"},{"userid":"b","n":7.9}],"departments":"1,2, 3","share":75,"name":12,"on":"1"}"#,
        );
        assert_eq!(all.rows.iter().map(|r| r.n).collect::<Vec<_>>(), [7, 7]);
        assert_eq!(all.departments, [1, 2, 3]);
        assert_eq!(all.share, Some(75.0));
        assert_eq!(all.name, "12");
        assert!(all.on);
        assert_eq!(read(r#"{"departments":4}"#).departments, [4]);
    }

    #[test]
    fn one_bad_entry_does_not_hide_the_rest() {
        let all = read(
            r#"{"rows":[null,{"userid":""},{"n":1},{"userid":"ok"}],"users":["a",null,[],"b c","d"]}"#,
        );
        assert_eq!(all.rows.len(), 1);
        assert_eq!(all.users.len(), 2);
    }
}
