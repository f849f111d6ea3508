//! Which penalty predicted what (METHOD 5, step 3), to be checked against other pipelines.

use super::csv::write;
use super::{BlockSource, missing_block, ranks};
use crate::analysis::Plan;
use crate::blocks::Block;
use crate::problem::Problem;

/// The penalty of every dimension by every predictor on every fold, from the blocks of a finished run, as CSV:
/// network, layer, component, predictor (a network, or region and subject), then an alpha a fold. Of
/// mappings that choose none a header alone.
///
/// # Errors
/// A [`Problem`] if a block is missing.
pub fn penalties_csv(plan: &Plan, store: BlockSource) -> Result<String, Problem> {
    let (study, folds) = (plan.study, plan.options.folds);
    let alphas = plan.options.mapping.alphas();
    let mut header = ["network", "layer", "component", "predictor"]
        .map(String::from)
        .to_vec();
    header.extend((1..=folds).map(|fold| format!("fold_{fold}")));
    let mut rows = Vec::new();
    let networks = study.networks.len();
    for (target, columns) in ranks(plan, store)?.into_iter().enumerate() {
        for (layer, rank) in columns.into_iter().enumerate() {
            let (scores, kept) = (plan.layer(target, layer).scores, plan.kept(rank));
            for predictor in 0..plan.predictors() {
                let name = match predictor.checked_sub(networks) {
                    None if !study.may_predict(predictor, target) => continue,
                    None => study.networks[predictor].name.clone(),
                    Some(brain) => {
                        let brain = &study.brains[brain];
                        format!("{}, {}", brain.roi, brain.subject)
                    }
                };
                let Some(key) = plan.predictor_key(predictor).filter(|_| kept > 0) else {
                    continue;
                };
                let chosen = (0..folds)
                    .map(|fold| store(plan.fold_scores(key, scores, kept, fold).1))
                    .map(|block| block.ok_or_else(missing_block))
                    .collect::<Result<Vec<Block>, Problem>>()?;
                let chosen: Vec<&[u8]> = chosen.iter().filter_map(Block::as_bytes).collect();
                for component in 0..kept {
                    let of_fold = |indices: &&[u8]| {
                        let alpha = alphas.get(usize::from(*indices.get(component)?))?;
                        Some(alpha.to_string())
                    };
                    let found: Vec<String> = chosen.iter().filter_map(of_fold).collect();
                    if !found.is_empty() {
                        let mut row = vec![
                            study.networks[target].name.clone(),
                            study.networks[target].layers[layer].name.clone(),
                            (component + 1).to_string(),
                            name.clone(),
                        ];
                        row.extend(found);
                        rows.push(row);
                    }
                }
            }
        }
    }
    Ok(write(&header, rows))
}
