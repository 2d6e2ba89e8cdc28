//! Phases 阶段: plan, requirements, and status.

mod actions;
mod common;
mod panel;

pub use common::{current_phase, phase_marks};
pub use panel::PhasePanel;
