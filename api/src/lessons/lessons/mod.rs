//! Lessons 课: what teachers polish in 研课磨课 and the team grades as 合格课, 优质课 or 精品课
//! (二-3, 三-2). A graded lesson is not certified until its certification is accepted.

pub(crate) mod certified;
pub(crate) mod checks;
mod routes;
pub(crate) mod rows;
pub(crate) mod rules;
pub(crate) mod store;

pub use routes::configure;
pub use store::find_all;
