//! NumPy's random numbers, bit for bit: `SeedSequence` -> `PCG64` -> `Generator.permutation`
//! (METHOD 4), so that folds are those of the published code.

use rand_pcg::Pcg64;
use rand_pcg::rand_core::Rng;

const POOL: usize = 4;
const INIT_A: u32 = 0x43b0_d7e5;
const MULT_A: u32 = 0x931e_8875;
const INIT_B: u32 = 0x8b51_f9dd;
const MULT_B: u32 = 0x58f3_8ded;
const MIX_LEFT: u32 = 0xca01_f9dd;
const MIX_RIGHT: u32 = 0x4973_f715;

/// NumPy's `SeedSequence(seed)`: spreads one integer over as many words as a generator needs.
struct SeedSequence {
    pool: [u32; POOL],
}

impl SeedSequence {
    fn new(seed: u64) -> Self {
        // NumPy takes as many 32-bit words as the integer needs, and fills the pool with zeros.
        let entropy = [seed as u32, (seed >> 32) as u32, 0, 0];
        let mut constant = INIT_A;
        let mut hash = |value: u32| {
            let mut value = value ^ constant;
            constant = constant.wrapping_mul(MULT_A);
            value = value.wrapping_mul(constant);
            value ^ (value >> 16)
        };
        let mut pool = entropy.map(&mut hash);
        for source in 0..POOL {
            for target in 0..POOL {
                if source != target {
                    let left = pool[target].wrapping_mul(MIX_LEFT);
                    let right = hash(pool[source]).wrapping_mul(MIX_RIGHT);
                    let mixed = left.wrapping_sub(right);
                    pool[target] = mixed ^ (mixed >> 16);
                }
            }
        }
        Self { pool }
    }

    /// `generate_state(4, uint64)`.
    fn state(&self) -> [u64; 4] {
        let mut constant = INIT_B;
        let mut words = self.pool.iter().cycle().map(|word| {
            let mut value = word ^ constant;
            constant = constant.wrapping_mul(MULT_B);
            value = value.wrapping_mul(constant);
            u64::from(value ^ (value >> 16))
        });
        std::array::from_fn(|_| {
            let low = words.next().unwrap_or(0);
            let high = words.next().unwrap_or(0);
            low | (high << 32)
        })
    }
}

/// NumPy's `default_rng(seed)`, for the draws that the project makes.
pub struct Generator {
    bits: Pcg64,
    /// The high half of the last 64-bit output, which NumPy keeps for the next 32-bit draw.
    kept: Option<u32>,
}

impl Generator {
    /// `numpy.random.default_rng(seed)`.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        let [state_high, state_low, stream_high, stream_low] = SeedSequence::new(seed).state();
        let join = |high: u64, low: u64| (u128::from(high) << 64) | u128::from(low);
        Self {
            bits: Pcg64::new(join(state_high, state_low), join(stream_high, stream_low)),
            kept: None,
        }
    }

    fn next_u32(&mut self) -> u32 {
        if let Some(high) = self.kept.take() {
            return high;
        }
        let word = self.bits.next_u64();
        self.kept = Some((word >> 32) as u32);
        word as u32
    }

    /// A whole number in `0..=most`, by NumPy's masked rejection.
    fn interval(&mut self, most: u32) -> u32 {
        let mask = u32::MAX
            .checked_shr(most.leading_zeros())
            .unwrap_or_default();
        loop {
            let value = self.next_u32() & mask;
            if value <= most {
                return value;
            }
        }
    }

    /// `permutation(n)`: the numbers 0..n in random order, the same as NumPy's for the same seed.
    #[must_use]
    pub fn permutation(&mut self, n: usize) -> Vec<usize> {
        let mut order: Vec<usize> = (0..n).collect();
        for last in (1..n).rev() {
            let other = self.interval(last as u32) as usize;
            order.swap(last, other);
        }
        order
    }

    /// `random()`: uniform in [0, 1), the same as NumPy's.
    pub fn uniform(&mut self) -> f64 {
        (self.bits.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// A standard normal number, by Box and Muller with `libm`, so that every platform draws the
    /// same (NumPy's own is a ziggurat: these differ from it).
    pub fn normal(&mut self) -> f64 {
        let radius = libm::sqrt(-2.0 * libm::log(1.0 - self.uniform()));
        radius * libm::cos(std::f64::consts::TAU * self.uniform())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn permutations_are_numpys() {
        assert_eq!(
            Generator::new(0).permutation(10),
            [4, 6, 2, 7, 3, 5, 9, 0, 8, 1]
        );
        assert!(Generator::new(11).permutation(0).is_empty());
        assert_eq!(Generator::new(11).permutation(1), [0]);
    }

    #[test]
    fn uniform_numbers_are_numpys() {
        // numpy.random.default_rng(11).random(3)
        let mut generator = Generator::new(11);
        let drawn = [(); 3].map(|()| generator.uniform());
        let numpy = [
            0.128_570_202_769_199_62,
            0.499_277_862_440_114_96,
            0.601_498_357_623_357_5,
        ];
        for (ours, theirs) in drawn.iter().zip(numpy) {
            assert!((ours - theirs).abs() < 1e-15, "{drawn:?}");
        }
    }

    #[test]
    fn normal_numbers_have_mean_zero_and_variance_one() {
        let mut generator = Generator::new(5);
        let drawn: Vec<f64> = (0..20_000).map(|_| generator.normal()).collect();
        let mean = drawn.iter().sum::<f64>() / drawn.len() as f64;
        let variance = drawn.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / drawn.len() as f64;
        assert!(mean.abs() < 0.03 && (variance - 1.0).abs() < 0.04);
    }
}
