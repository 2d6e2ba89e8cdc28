//! Statistics 统计分析: how a county stands, as charts. Each figure leads on: from a district to its
//! schools, from a school to the very teachers.

mod common;
mod completion;
mod composition;
mod cycle_map;
mod desk;
mod page;
mod ranking;
mod schedule;
mod timeline;
mod trend;

pub use desk::DeskCharts;
pub use page::StatisticsPage;
