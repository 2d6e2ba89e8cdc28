//! The model of the rules plays random county-years through the API, and every figure is compared.
//!
//! `SONGJIAO_MODEL_SEEDS` names the seeds, as in `0..1000`. `cargo xtask model` runs this.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![allow(clippy::print_stdout, reason = "the seeds and what they found")]

mod acts;
mod driver;
mod explanations;
mod figures;
mod ledger;
mod mutations;
mod projects;
mod seeds;

use model::play::Parts;

/// The parts of the design that the API has.
const PARTS: Parts = Parts { closings: true, filed_exemptions: true, plausibility: true };

/// Whether the API explains quotas.
const EXPLANATIONS: bool = true;

#[test]
fn the_api_shows_the_models_figures_in_random_county_years() {
    seeds::run_all(&seeds::chosen());
}

#[test]
fn county_years_that_once_failed_pass() {
    seeds::run_all(&seeds::FAILED);
}

#[actix_web::test]
#[ignore = "slow; `cargo xtask model --mutations` runs it"]
async fn every_mutation_of_the_rules_is_found() {
    mutations::run();
}
