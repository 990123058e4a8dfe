//! Repeatable randomness: every generated fact is a function of the seed and a
//! position, so that a million customers need no memory for what nobody asked.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// Mixes two numbers into one (`SplitMix64` finaliser; public domain, S. Vigna).
pub fn mix(a: u64, b: u64) -> u64 {
    let mut z = a.rotate_left(23) ^ b.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    z = z.wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// Mixes text into a number.
pub fn mix_text(seed: u64, text: &str) -> u64 {
    text.bytes()
        .fold(mix(seed, text.len() as u64), |hash, byte| {
            mix(hash, u64::from(byte))
        })
}

/// A stream of choices that belongs to one seed and one purpose.
#[derive(Debug, Clone)]
pub struct Draw(u64);

impl Draw {
    /// The stream of `purpose` for the thing at `position`.
    pub fn new(seed: u64, purpose: u64, position: u64) -> Self {
        Self(mix(mix(seed, purpose), position))
    }

    /// The next 64 bits.
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        mix(self.0, 0x5851)
    }

    /// A number below `bound` (0 if the bound is 0).
    pub fn below(&mut self, bound: u64) -> u64 {
        if bound == 0 { 0 } else { self.next() % bound }
    }

    /// An index below `length`.
    pub fn index(&mut self, length: usize) -> usize {
        usize::try_from(self.below(length as u64)).unwrap_or(0)
    }

    /// A number in `[0, 1)`.
    pub fn unit(&mut self) -> f64 {
        // 53 bits are what an f64 can hold exactly.
        #[expect(clippy::cast_precision_loss, reason = "53 bits fit an f64 exactly")]
        let top = (self.next() >> 11) as f64;
        top / 9_007_199_254_740_992.0
    }

    /// True with the given probability.
    pub fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// One of the list; the list must not be empty.
    pub fn pick<'a, T: ?Sized>(&mut self, list: &[&'a T]) -> &'a T {
        list[self.index(list.len())]
    }

    /// Letters and digits.
    pub fn alphanumeric(&mut self, length: usize) -> String {
        const SYMBOLS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
        (0..length)
            .map(|_| char::from(SYMBOLS[self.index(SYMBOLS.len())]))
            .collect()
    }

    /// Lower-case hexadecimal digits.
    pub fn hex(&mut self, length: usize) -> String {
        (0..length)
            .map(|_| char::from(b"0123456789abcdef"[self.index(16)]))
            .collect()
    }
}

/// Opaque ids that carry their own index, so that no table of a million
/// strings is needed to find what an id stands for.
#[derive(Debug, Clone, Copy)]
pub struct IdCodec {
    seed: u64,
    prefix: &'static str,
}

impl IdCodec {
    /// Ids of one kind; the prefix is part of the secret mixing.
    pub fn new(seed: u64, prefix: &'static str) -> Self {
        Self {
            seed: mix_text(seed, prefix),
            prefix,
        }
    }

    fn bytes(self, index: u32) -> [u8; 21] {
        let mut bytes = [0u8; 21];
        let first = mix(self.seed, u64::from(index));
        let second = mix(first, 2);
        let third = mix(first, 3);
        bytes[4..12].copy_from_slice(&first.to_be_bytes());
        bytes[12..20].copy_from_slice(&second.to_be_bytes());
        bytes[20] = third.to_be_bytes()[0];
        bytes[..4].copy_from_slice(&(index ^ self.mask(first)).to_be_bytes());
        bytes
    }

    fn mask(self, first: u64) -> u32 {
        (mix(self.seed, first) >> 32) as u32
    }

    /// The id of the thing at `index`: the prefix and 28 symbols.
    pub fn encode(self, index: u32) -> String {
        let mut id = String::with_capacity(self.prefix.len() + 28);
        id.push_str(self.prefix);
        URL_SAFE_NO_PAD.encode_string(self.bytes(index), &mut id);
        id
    }

    /// The index inside an id, if this codec made it.
    pub fn decode(self, id: &str) -> Option<u32> {
        let symbols = id.strip_prefix(self.prefix)?;
        if symbols.len() != 28 {
            return None;
        }
        let bytes: [u8; 21] = URL_SAFE_NO_PAD.decode(symbols).ok()?.try_into().ok()?;
        let first = u64::from_be_bytes(bytes[4..12].try_into().ok()?);
        let index = u32::from_be_bytes(bytes[..4].try_into().ok()?) ^ self.mask(first);
        (self.bytes(index) == bytes).then_some(index)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_gives_back_its_index_and_a_foreign_id_gives_none() {
        let codec = IdCodec::new(7, "wm");
        for index in [0, 1, 77, 999_999, u32::MAX] {
            assert_eq!(codec.decode(&codec.encode(index)), Some(index));
        }
        assert_eq!(IdCodec::new(8, "wm").decode(&codec.encode(3)), None);
        assert_eq!(codec.decode("wm"), None);
        assert_eq!(codec.decode("zhangsan"), None);
    }
}
