//! Statistics 统计分析 as charts. Each figure links to the level below: from a district to its schools, from a school to
//! its teachers.

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
