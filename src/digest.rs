//! Digests of content: 128 bits by which numbers and names are told apart, the same on every machine.
//!
//! The algorithm is SipHash with 128 bits of output. It is no protection against somebody who makes two
//! contents of one digest on purpose; that two differ by chance and have one does not happen.

use std::hash::{Hash, Hasher};

use serde::{Deserialize, Serialize};

/// 128 bits that stand for some content.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize,
)]
pub struct Digest(pub u64, pub u64);

impl Digest {
    /// Number of bytes.
    pub const SIZE: usize = 16;

    /// Of whatever has parts that can be hashed.
    pub fn of(what: &impl Hash) -> Self {
        let mut hasher = Digester::new();
        what.hash(&mut hasher);
        hasher.digest()
    }

    /// Of bytes.
    #[must_use]
    pub fn of_bytes(bytes: &[u8]) -> Self {
        let mut hasher = Digester::new();
        hasher.write(bytes);
        hasher.digest()
    }

    /// As bytes.
    #[must_use]
    pub fn to_bytes(self) -> [u8; Self::SIZE] {
        (u128::from(self.1) << 64 | u128::from(self.0)).to_le_bytes()
    }

    /// From [`Digest::to_bytes`].
    #[must_use]
    pub fn from_bytes(bytes: [u8; Self::SIZE]) -> Self {
        let both = u128::from_le_bytes(bytes);
        Self(both as u64, (both >> 64) as u64)
    }
}

impl std::fmt::Display for Digest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:016x}{:016x}", self.0, self.1)
    }
}

/// Makes a digest piece by piece. Numbers count as they are, however wide `usize` is and whichever byte
/// comes first in memory, so that a browser and any computer agree.
pub type Digester = Sip<1, 3>;

/// SipHash with so many rounds for each word, and at the end.
#[derive(Debug, Clone)]
pub struct Sip<const WORD: usize, const END: usize> {
    state: [u64; 4],
    /// Bytes that do not make a word yet, the first in the lowest place.
    rest: u64,
    /// Bytes so far.
    length: u64,
}

impl<const WORD: usize, const END: usize> Sip<WORD, END> {
    /// Of nothing so far.
    #[allow(
        clippy::new_without_default,
        reason = "a digest of nothing is not what anyone wants by default"
    )]
    #[must_use]
    pub fn new() -> Self {
        Self::keyed(0, 0)
    }

    fn keyed(k0: u64, k1: u64) -> Self {
        Self {
            state: [
                k0 ^ 0x736f_6d65_7073_6575,
                k1 ^ 0x646f_7261_6e64_6f6d ^ 0xee,
                k0 ^ 0x6c79_6765_6e65_7261,
                k1 ^ 0x7465_6462_7974_6573,
            ],
            rest: 0,
            length: 0,
        }
    }

    /// Adds numbers of single precision, by their bits.
    pub fn add_f32(&mut self, values: &[f32]) {
        let (pairs, last) = values.as_chunks::<2>();
        for &[a, b] in pairs {
            self.write_u64(u64::from(b.to_bits()) << 32 | u64::from(a.to_bits()));
        }
        for value in last {
            self.write_u32(value.to_bits());
        }
    }

    /// Adds numbers of double precision, by their bits.
    pub fn add_f64(&mut self, values: &[f64]) {
        for value in values {
            self.write_u64(value.to_bits());
        }
    }

    /// The digest of all that was added.
    #[must_use]
    pub fn digest(&self) -> Digest {
        let mut state = self.state;
        let last = self.length << 56 | self.rest;
        word::<WORD>(&mut state, last);
        state[2] ^= 0xee;
        (0..END).for_each(|_| round(&mut state));
        let first = state.iter().fold(0, |all, part| all ^ part);
        state[1] ^= 0xdd;
        (0..END).for_each(|_| round(&mut state));
        Digest(first, state.iter().fold(0, |all, part| all ^ part))
    }

    /// Adds so many of the lowest bytes of a word.
    fn add(&mut self, value: u64, bytes: u32) {
        let used = (self.length % 8) as u32;
        self.length = self.length.wrapping_add(u64::from(bytes));
        self.rest |= value << (8 * used);
        if used + bytes >= 8 {
            word::<WORD>(&mut self.state, self.rest);
            self.rest = match used {
                0 => 0,
                used => value >> (8 * (8 - used)),
            };
        }
    }
}

fn word<const ROUNDS: usize>(state: &mut [u64; 4], word: u64) {
    state[3] ^= word;
    (0..ROUNDS).for_each(|_| round(state));
    state[0] ^= word;
}

fn round([a, b, c, d]: &mut [u64; 4]) {
    *a = a.wrapping_add(*b);
    *b = b.rotate_left(13) ^ *a;
    *a = a.rotate_left(32);
    *c = c.wrapping_add(*d);
    *d = d.rotate_left(16) ^ *c;
    *a = a.wrapping_add(*d);
    *d = d.rotate_left(21) ^ *a;
    *c = c.wrapping_add(*b);
    *b = b.rotate_left(17) ^ *c;
    *c = c.rotate_left(32);
}

impl<const WORD: usize, const END: usize> Hasher for Sip<WORD, END> {
    /// The first half of the digest.
    fn finish(&self) -> u64 {
        self.digest().0
    }

    fn write(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks::<8>();
        for word in words {
            self.add(u64::from_le_bytes(*word), 8);
        }
        for &byte in rest {
            self.add(byte.into(), 1);
        }
    }

    fn write_u8(&mut self, value: u8) {
        self.add(value.into(), 1);
    }

    fn write_u16(&mut self, value: u16) {
        self.add(value.into(), 2);
    }

    fn write_u32(&mut self, value: u32) {
        self.add(value.into(), 4);
    }

    fn write_u64(&mut self, value: u64) {
        self.add(value, 8);
    }

    fn write_u128(&mut self, value: u128) {
        self.add(value as u64, 8);
        self.add((value >> 64) as u64, 8);
    }

    fn write_usize(&mut self, value: usize) {
        self.add(value as u64, 8);
    }

    fn write_isize(&mut self, value: isize) {
        self.add(value as i64 as u64, 8);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first of the vectors that SipHash's authors published for 128 bits: key 00, 01, ..., 0f, content
    /// 00, 01, ... of a length.
    #[test]
    fn it_is_siphash() {
        let expected = [
            "a3817f04ba25a8e66df67214c7550293",
            "da87c1d86b99af44347659119b22fc45",
        ];
        for (length, expected) in expected.iter().enumerate() {
            let (k0, k1) = (0x0706_0504_0302_0100, 0x0f0e_0d0c_0b0a_0908);
            let mut sip = Sip::<2, 4>::keyed(k0, k1);
            let content: Vec<u8> = (0..length as u8).collect();
            sip.write(&content);
            let bytes = sip.digest().to_bytes();
            let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            assert_eq!(hex, *expected, "{length} bytes");
        }
    }

    #[test]
    fn content_counts_and_not_how_it_was_cut() {
        let bytes: Vec<u8> = (0..=99).collect();
        let whole = Digest::of_bytes(&bytes);
        for cut in [0, 1, 7, 8, 9, 50, 99, 100] {
            let mut pieces = Digester::new();
            pieces.write(&bytes[..cut]);
            pieces.write(&bytes[cut..]);
            assert_eq!(pieces.digest(), whole, "{cut}");
        }
        let mut changed = bytes.clone();
        for position in 0..bytes.len() {
            changed[position] ^= 1;
            assert_ne!(Digest::of_bytes(&changed), whole, "{position}");
            changed[position] ^= 1;
        }
        assert_ne!(Digest::of_bytes(&bytes[..99]), whole);
        assert_ne!(Digest::of_bytes(&[]), Digest::of_bytes(&[0]));
    }

    #[test]
    fn numbers_count_by_their_bits_wherever_they_stand() {
        let values = [1.5_f32, -0.0, f32::NAN, 3.0e-40, 7.0];
        let mut own = Digester::new();
        own.write_u8(1);
        own.add_f32(&values);
        let mut bytes = vec![1];
        bytes.extend(values.iter().flat_map(|value| value.to_le_bytes()));
        assert_eq!(own.digest(), Digest::of_bytes(&bytes));
        let mut doubles = Digester::new();
        doubles.add_f64(&[0.0, -2.5]);
        let bytes: Vec<u8> = [0.0_f64, -2.5]
            .iter()
            .flat_map(|value| value.to_le_bytes())
            .collect();
        assert_eq!(doubles.digest(), Digest::of_bytes(&bytes));
        let (mut zero, mut minus) = (Digester::new(), Digester::new());
        zero.add_f64(&[0.0]);
        minus.add_f64(&[-0.0]);
        assert_ne!(zero.digest(), minus.digest());
    }

    #[test]
    fn a_digest_is_its_bytes() {
        let digest = Digest::of(&("a", 3_usize));
        assert_eq!(Digest::from_bytes(digest.to_bytes()), digest);
        assert_eq!(digest.to_string().len(), 32);
        // whichever computer it is made on
        let mut bytes = b"a\xff".to_vec();
        bytes.extend(3_u64.to_le_bytes());
        assert_eq!(digest, Digest::of_bytes(&bytes));
    }
}
