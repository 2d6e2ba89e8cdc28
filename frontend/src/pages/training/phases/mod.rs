//! Phases 阶段: the plan of each, what its clause asks for, and its start, completion or skipping.

mod actions;
mod common;
mod panel;

pub use common::{current_phase, phase_marks};
pub use panel::PhasePanel;
