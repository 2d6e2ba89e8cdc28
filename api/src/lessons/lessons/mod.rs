//! Lessons 课: what teachers polish in 研课磨课 and the team grades as 合格课, 优质课 or 精品课
//! (二-3, 三-2). A graded lesson is certified only when its certification is accepted.

pub mod batch;
pub mod certification_status;
mod evidence;
pub mod facts;
pub mod repeats;
mod routes;
pub mod rules;
pub mod store;
mod views;

pub use routes::configure;
pub use store::find_all;
