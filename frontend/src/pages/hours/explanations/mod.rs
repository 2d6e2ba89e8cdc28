//! Explanations: each figure of quotas, credits and rates opens to what it is made of.

mod credit;
mod dialog;
mod quota;
mod rate;

pub use dialog::{ExplainButton, ExplainedCard, Figure};
