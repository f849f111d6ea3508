//! The speed of each kernel natively: `cargo bench --bench kernels`.

#![cfg(not(target_arch = "wasm32"))]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use nalgebra::DMatrix;
use universal_dimensions::math::folds::folds;
use universal_dimensions::math::gram::gram_of_units;
use universal_dimensions::math::linalg::symmetric_eigen;
use universal_dimensions::math::packed_product::{PackedProduct, Right};
use universal_dimensions::math::pca::components;
use universal_dimensions::math::random::Generator;
use universal_dimensions::math::ranks::Ranker;
use universal_dimensions::math::ridge::{ALPHAS, Decomposition, FoldPredictor};
use universal_dimensions::math::targets::Targets;

/// Stimuli of the paper, and those that train a fold.
const STIMULI: usize = 872;
const TRAINING: usize = 698;
const TARGETS: usize = 512;

fn random(rows: usize, columns: usize) -> DMatrix<f64> {
    let mut generator = Generator::new(1);
    DMatrix::from_fn(rows, columns, |_, _| generator.normal())
}

fn kernels(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("872 stimuli");
    group.sample_size(10);
    let left = PackedProduct::new(random(TRAINING, TRAINING - 1).map(|v| v as f32));
    let right = random(TRAINING - 1, TARGETS).map(|v| v as f32);
    group.throughput(Throughput::Elements(
        (2 * TRAINING * (TRAINING - 1) * TARGETS) as u64,
    ));
    group.bench_function("product f32, in operations", |bench| {
        bench.iter(|| left.times(Right::of(&right)));
    });
    group.throughput(Throughput::Elements(1));
    let gram = gram_of_units(random(STIMULI, 900));
    let inner = gram.view((0, 0), (TRAINING, TRAINING)).into_owned();
    group.bench_function("eigendecomposition f64", |bench| {
        bench.iter(|| symmetric_eigen(&inner));
    });
    let activations = random(STIMULI, 512);
    group.bench_function("components of 512 units", |bench| {
        bench.iter(|| components(activations.clone(), &[]));
    });
    let fold = &folds(STIMULI, 5, 11).expect("enough")[0];
    let numbers = Decomposition::new(&gram, fold)
        .expect("finite")
        .into_numbers();
    let prepare = || {
        let kept = Decomposition::from_numbers(&numbers, fold).expect("as many");
        FoldPredictor::new(kept, fold, &ALPHAS).expect("an eigenvalue for each vector")
    };
    group.bench_function("predictor made ready", |bench| bench.iter(prepare));
    let predictor = prepare();
    let targets = random(STIMULI, TARGETS).map(|v| v as f32);
    group.bench_function("512 targets of a fold", |bench| {
        bench.iter(|| predictor.score(&Targets::of(&targets)));
    });
    let pairs: Vec<f64> = random(436 * 435 / 2, 1).as_slice().to_vec();
    let mut ranker = Ranker::default();
    group.bench_function("ranks of 94,830 pairs", |bench| {
        bench.iter(|| ranker.rank(&pairs).len());
    });
    group.finish();
}

criterion_group!(benches, kernels);
criterion_main!(benches);
