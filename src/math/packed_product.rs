//! Products with one left factor again and again, in single precision: nearly all the time of an
//! analysis. In the browser, where a library's kernels leave a quarter of the vector unit unused, by a
//! kernel of our own (its shape by measurement, benches/README.md); elsewhere by faer's.

use nalgebra::DMatrix;

use super::MathError;

#[cfg(target_arch = "wasm32")]
pub use kernel::fuse;

#[cfg(not(target_arch = "wasm32"))]
use super::linalg::product;

/// A left factor (m x k) made ready.
pub struct PackedProduct {
    #[cfg(not(target_arch = "wasm32"))]
    left: DMatrix<f32>,
    #[cfg(any(target_arch = "wasm32", test))]
    packed: kernel::Packed,
}

impl PackedProduct {
    /// Makes a left factor ready. O(m k).
    #[must_use]
    pub fn new(left: DMatrix<f32>) -> Self {
        Self {
            #[cfg(any(target_arch = "wasm32", test))]
            packed: kernel::Packed::new(&left),
            #[cfg(not(target_arch = "wasm32"))]
            left,
        }
    }

    /// Makes the transpose of a matrix (k x m) ready as a left factor (m x k). O(m k).
    #[must_use]
    pub fn transposed(matrix: &DMatrix<f32>) -> Self {
        Self {
            #[cfg(any(target_arch = "wasm32", test))]
            packed: kernel::Packed::transposed(matrix),
            #[cfg(not(target_arch = "wasm32"))]
            left: matrix.transpose(),
        }
    }

    fn check(shape: (usize, usize), right: &Right) -> Result<(), MathError> {
        if shape.1 == right.matrix.nrows() {
            return Ok(());
        }
        Err(MathError::Shape {
            what: "matrix product",
            left: shape,
            right: right.matrix.shape(),
        })
    }

    /// `left * right` (k x t gives m x t). O(m k t).
    ///
    /// # Errors
    /// [`MathError::Shape`] if sizes that must agree differ.
    #[cfg(not(target_arch = "wasm32"))]
    pub fn times(&self, right: Right) -> Result<DMatrix<f32>, MathError> {
        Self::check(self.left.shape(), &right)?;
        if right.columns.is_none() && right.scale.is_none() {
            return product(&self.left, right.matrix);
        }
        let mut gathered = Vec::with_capacity(right.matrix.nrows() * right.count());
        for column in right.columns() {
            match right.scale {
                None => gathered.extend_from_slice(column),
                Some(scale) => gathered.extend(column.iter().zip(scale).map(|(a, b)| a * b)),
            }
        }
        product(
            &self.left,
            &DMatrix::from_vec(right.matrix.nrows(), right.count(), gathered),
        )
    }

    /// `left * right` (k x t gives m x t). O(m k t).
    ///
    /// # Errors
    /// [`MathError::Shape`] if sizes that must agree differ.
    #[cfg(target_arch = "wasm32")]
    pub fn times(&self, right: Right) -> Result<DMatrix<f32>, MathError> {
        Self::check(self.packed.shape(), &right)?;
        Ok(self.packed.times(&right))
    }
}

/// A right factor (k x t): a matrix, or some columns of it, its rows scaled or not.
#[derive(Clone, Copy)]
pub struct Right<'a> {
    matrix: &'a DMatrix<f32>,
    columns: Option<&'a [usize]>,
    scale: Option<&'a [f32]>,
}

impl<'a> Right<'a> {
    /// A matrix as it is.
    #[must_use]
    pub fn of(matrix: &'a DMatrix<f32>) -> Self {
        Self {
            matrix,
            columns: None,
            scale: None,
        }
    }

    /// Some columns of a matrix.
    #[must_use]
    pub fn columns_of(matrix: &'a DMatrix<f32>, columns: &'a [usize]) -> Self {
        Self {
            columns: Some(columns),
            ..Self::of(matrix)
        }
    }

    /// With each row times a number (k of them).
    #[must_use]
    pub fn scaled(self, scale: &'a [f32]) -> Self {
        Self {
            scale: Some(scale),
            ..self
        }
    }

    fn count(&self) -> usize {
        self.columns.map_or(self.matrix.ncols(), <[usize]>::len)
    }

    fn columns(&self) -> impl Iterator<Item = &'a [f32]> {
        let (matrix, columns) = (self.matrix, self.columns);
        let rows = matrix.nrows();
        (0..self.count()).map(move |index| {
            let column = columns.map_or(index, |columns| columns[index]);
            &matrix.as_slice()[column * rows..(column + 1) * rows]
        })
    }
}

/// The kernel: tiles of eight rows by four columns. Their sums fill eight vector registers, twelve would
/// not stay in registers; four rows by eight columns are a fifth slower, for each entry of the right
/// factor is then met by one multiplication instead of two.
#[cfg(any(target_arch = "wasm32", test))]
mod kernel {
    use nalgebra::DMatrix;

    use super::Right;

    const ROWS: usize = 8;
    const COLUMNS: usize = 4;
    /// Rows of the left factor that all columns meet before the next.
    const BLOCK: usize = 128;

    /// A left factor by panels of eight rows, each column of a panel together, zeros below the last
    /// row.
    pub struct Packed {
        rows: usize,
        inner: usize,
        panels: Vec<[f32; ROWS]>,
    }

    impl Packed {
        pub fn new(left: &DMatrix<f32>) -> Self {
            let (rows, inner) = left.shape();
            let mut panels = Vec::with_capacity(rows.div_ceil(ROWS) * inner);
            for start in (0..rows).step_by(ROWS) {
                panels.extend(left.as_slice().chunks_exact(rows).map(|column| {
                    let rest = &column[start..];
                    match rest.first_chunk() {
                        Some(whole) => *whole,
                        None => std::array::from_fn(|row| rest.get(row).copied().unwrap_or(0.0)),
                    }
                }));
            }
            Self {
                rows,
                inner,
                panels,
            }
        }

        /// Of a matrix whose columns are the rows of the factor.
        pub fn transposed(matrix: &DMatrix<f32>) -> Self {
            let (inner, rows) = matrix.shape();
            let mut panels = Vec::with_capacity(rows.div_ceil(ROWS) * inner);
            let beyond = vec![0.0; inner];
            for panel in matrix.as_slice().chunks(inner.max(1) * ROWS) {
                let column = |index: usize| panel.get(index * inner..(index + 1) * inner);
                let lines: [&[f32]; ROWS] =
                    std::array::from_fn(|index| column(index).unwrap_or(&beyond));
                panels.extend((0..inner).map(|index| lines.map(|line| line[index])));
            }
            Self {
                rows,
                inner,
                panels,
            }
        }

        #[cfg(target_arch = "wasm32")]
        pub fn shape(&self) -> (usize, usize) {
            (self.rows, self.inner)
        }

        /// `self * right`, for sizes that agree.
        pub fn times(&self, right: &Right) -> DMatrix<f32> {
            let (rows, inner) = (self.rows, self.inner);
            let mut product = DMatrix::zeros(rows, right.count());
            if rows == 0 || inner == 0 {
                return product;
            }
            let right = pack_columns(right, inner);
            let out = product.as_mut_slice();
            #[cfg(target_arch = "wasm32")]
            let tile = CHOSEN.get().copied().unwrap_or(tile);
            // as many rows at a time as stay in the second cache while all columns pass
            for (block, panels) in self.panels.chunks(inner * BLOCK / ROWS).enumerate() {
                let first = block * BLOCK;
                for (right, out) in right
                    .chunks_exact(inner)
                    .zip(out.chunks_mut(rows * COLUMNS))
                {
                    for (index, left) in panels.chunks_exact(inner).enumerate() {
                        let row = first + index * ROWS;
                        let height = ROWS.min(rows - row);
                        let sums = tile(left, right);
                        for (sums, out) in sums.iter().zip(out.chunks_exact_mut(rows)) {
                            out[row..row + height].copy_from_slice(&sums[..height]);
                        }
                    }
                }
            }
            product
        }
    }

    /// A right factor (inner x t) by panels of four columns, each row of a panel together and scaled,
    /// zeros beyond the last column.
    fn pack_columns(right: &Right, inner: usize) -> Vec<[f32; COLUMNS]> {
        let panels = right.count().div_ceil(COLUMNS);
        let mut packed = Vec::with_capacity(panels * inner);
        let (beyond, ones) = (vec![0.0; inner], vec![1.0; inner]);
        let scale = right.scale.unwrap_or(&ones);
        let mut columns = right.columns();
        for _ in 0..panels {
            let [a, b, c, d]: [&[f32]; COLUMNS] =
                std::array::from_fn(|_| columns.next().unwrap_or(&beyond));
            let lines = scale.iter().zip(a).zip(b).zip(c).zip(d);
            packed.extend(lines.map(|((((s, a), b), c), d)| [s * a, s * b, s * c, s * d]));
        }
        packed
    }

    /// What multiplies a panel of each factor.
    #[cfg(target_arch = "wasm32")]
    type Tile = fn(&[[f32; ROWS]], &[[f32; COLUMNS]]) -> [[f32; ROWS]; COLUMNS];

    /// The tile of this module, if it is not the plain one.
    #[cfg(target_arch = "wasm32")]
    static CHOSEN: std::sync::OnceLock<Tile> = std::sync::OnceLock::new();

    /// From now on products fuse multiplication and addition. Only for a module that nothing without
    /// relaxed SIMD is given: one such instruction, called or not, and it would be refused.
    #[cfg(target_arch = "wasm32")]
    pub fn fuse() {
        // asked twice it is fused already
        let _ = CHOSEN.set(|left, right| fused_tile(left, right));
    }

    /// Eight rows times four columns, by what adds a product to a sum.
    #[cfg(target_arch = "wasm32")]
    macro_rules! tile {
        ($left:ident, $right:ident, $add_product:expr) => {{
            use std::arch::wasm32::{f32x4, f32x4_extract_lane, f32x4_splat};
            let add_product = $add_product;
            let zero = f32x4_splat(0.0);
            let (mut a0, mut a1, mut a2, mut a3) = (zero, zero, zero, zero);
            let (mut b0, mut b1, mut b2, mut b3) = (zero, zero, zero, zero);
            for (l, r) in $left.iter().zip($right) {
                let a = f32x4(l[0], l[1], l[2], l[3]);
                let b = f32x4(l[4], l[5], l[6], l[7]);
                let r0 = f32x4_splat(r[0]);
                a0 = add_product(a0, a, r0);
                b0 = add_product(b0, b, r0);
                let r1 = f32x4_splat(r[1]);
                a1 = add_product(a1, a, r1);
                b1 = add_product(b1, b, r1);
                let r2 = f32x4_splat(r[2]);
                a2 = add_product(a2, a, r2);
                b2 = add_product(b2, b, r2);
                let r3 = f32x4_splat(r[3]);
                a3 = add_product(a3, a, r3);
                b3 = add_product(b3, b, r3);
            }
            let lanes = |s| {
                [
                    f32x4_extract_lane::<0>(s),
                    f32x4_extract_lane::<1>(s),
                    f32x4_extract_lane::<2>(s),
                    f32x4_extract_lane::<3>(s),
                ]
            };
            [(a0, b0), (a1, b1), (a2, b2), (a3, b3)].map(|(upper, lower)| {
                let mut column = [0.0; ROWS];
                column[..4].copy_from_slice(&lanes(upper));
                column[4..].copy_from_slice(&lanes(lower));
                column
            })
        }};
    }

    #[cfg(target_arch = "wasm32")]
    #[inline(never)]
    fn tile(left: &[[f32; ROWS]], right: &[[f32; COLUMNS]]) -> [[f32; ROWS]; COLUMNS] {
        use std::arch::wasm32::{f32x4_add, f32x4_mul, v128};
        tile!(left, right, |sum: v128, l, r| f32x4_add(
            sum,
            f32x4_mul(l, r)
        ))
    }

    #[cfg(target_arch = "wasm32")]
    #[inline(never)]
    #[target_feature(enable = "relaxed-simd")]
    fn fused_tile(left: &[[f32; ROWS]], right: &[[f32; COLUMNS]]) -> [[f32; ROWS]; COLUMNS] {
        use std::arch::wasm32::{f32x4_relaxed_madd, v128};
        tile!(left, right, |sum: v128, l, r| f32x4_relaxed_madd(l, r, sum))
    }

    /// The same for tests on other targets.
    #[cfg(not(target_arch = "wasm32"))]
    fn tile(left: &[[f32; ROWS]], right: &[[f32; COLUMNS]]) -> [[f32; ROWS]; COLUMNS] {
        let mut sums = [[0.0; ROWS]; COLUMNS];
        for (l, r) in left.iter().zip(right) {
            for (sums, r) in sums.iter_mut().zip(r) {
                for (sum, l) in sums.iter_mut().zip(l) {
                    *sum += l * r;
                }
            }
        }
        sums
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::math::random::Generator;

    #[test]
    fn both_ways_agree_with_nalgebra() {
        let mut generator = Generator::new(7);
        for (m, k, t) in [
            (1, 1, 1),
            (4, 3, 8),
            (7, 5, 9),
            (33, 64, 17),
            (5, 20, 3),
            (301, 12, 20),
        ] {
            let left = DMatrix::from_fn(m, k, |_, _| generator.normal() as f32);
            let right = DMatrix::from_fn(k, t, |_, _| generator.normal() as f32);
            let scale: Vec<f32> = (0..k).map(|_| generator.normal() as f32).collect();
            let both = [
                PackedProduct::new(left.clone()),
                PackedProduct::transposed(&left.transpose()),
            ];
            let scales = [None, Some(scale.as_slice())];
            let some: Vec<usize> = (0..t).rev().step_by(2).collect();
            for (ready, scale) in both.iter().flat_map(|ready| scales.map(|s| (ready, s))) {
                let mut scaled = right.clone();
                let (mut all, mut few) = (Right::of(&right), Right::columns_of(&right, &some));
                if let Some(scale) = scale {
                    for (mut row, scale) in scaled.row_iter_mut().zip(scale) {
                        row *= *scale;
                    }
                    (all, few) = (all.scaled(scale), few.scaled(scale));
                }
                let expected = &left * scaled;
                for (right, expected) in [(all, &expected), (few, &expected.select_columns(&some))]
                {
                    let product = ready.times(right).expect("fits");
                    assert!((product - expected).amax() < 1e-4);
                    assert!((ready.packed.times(&right) - expected).amax() < 1e-4);
                }
            }
            let wrong = DMatrix::zeros(k + 1, t);
            let refused = both[0].times(Right::of(&wrong));
            assert!(matches!(refused, Err(MathError::Shape { .. })));
        }
    }
}
