//! Digests of content: 128 bits by which numbers and names are told apart, the same on every machine.
//!
//! The algorithm is SipHash-1-3 with 128 bits of output. It is no protection against somebody who makes two
//! contents of one digest on purpose; that two differ by chance and have one does not happen.

use std::hash::{Hash, Hasher};

use serde::{Deserialize, Serialize};
use siphasher::sip128::{Hash128, Hasher128, SipHasher13};

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
#[derive(Debug, Clone, Default)]
pub struct Digester(SipHasher13);

/// Numbers that are turned into bytes at once.
const AT_ONCE: usize = 256;

impl Digester {
    /// Of nothing so far.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds numbers of single precision, by their bits.
    pub fn add_f32(&mut self, values: &[f32]) {
        let mut bytes = [[0; 4]; AT_ONCE];
        for some in values.chunks(AT_ONCE) {
            for (bytes, value) in bytes.iter_mut().zip(some) {
                *bytes = value.to_le_bytes();
            }
            self.write(bytes[..some.len()].as_flattened());
        }
    }

    /// Adds numbers of double precision, by their bits.
    pub fn add_f64(&mut self, values: &[f64]) {
        let mut bytes = [[0; 8]; AT_ONCE];
        for some in values.chunks(AT_ONCE) {
            for (bytes, value) in bytes.iter_mut().zip(some) {
                *bytes = value.to_le_bytes();
            }
            self.write(bytes[..some.len()].as_flattened());
        }
    }

    /// The digest of all that was added.
    #[must_use]
    pub fn digest(&self) -> Digest {
        let Hash128 { h1, h2 } = self.0.finish128();
        Digest(h1, h2)
    }
}

impl Hasher for Digester {
    /// The first half of the digest.
    fn finish(&self) -> u64 {
        self.digest().0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0.write(bytes);
    }

    fn write_u16(&mut self, value: u16) {
        self.write(&value.to_le_bytes());
    }

    fn write_u32(&mut self, value: u32) {
        self.write(&value.to_le_bytes());
    }

    fn write_u64(&mut self, value: u64) {
        self.write(&value.to_le_bytes());
    }

    fn write_u128(&mut self, value: u128) {
        self.write(&value.to_le_bytes());
    }

    fn write_usize(&mut self, value: usize) {
        self.write_u64(value as u64);
    }

    fn write_isize(&mut self, value: isize) {
        self.write_u64(value as i64 as u64);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Keys are names of files that other versions of this program find again.
    #[test]
    fn a_digest_is_the_same_everywhere_and_for_ever() {
        let bytes: Vec<u8> = (0..=99).collect();
        let mixed = ("a", 3_usize, [1_u8, 2].as_slice(), -5_i64, 7_u16);
        for (digest, expected) in [
            (Digest::of_bytes(&[]), "2134935d61d9b40db91c5ed031fb3303"),
            (Digest::of_bytes(&bytes), "41e7a069442997b15611ce0b406369f6"),
            (Digest::of(&mixed), "a815b26fa9d4c2538fc41c9c213ed7a5"),
        ] {
            assert_eq!(digest.to_string(), expected);
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
