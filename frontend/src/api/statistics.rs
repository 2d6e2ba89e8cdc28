//! Statistics 统计: the figures behind the charts.

use songjiao_types::statistics::{
    CompletionQuery, CompletionView, CompositionQuery, CompositionView, CycleMapQuery, CycleMapView, ScheduleQuery,
    ScheduleView, TrendQuery, TrendView,
};

use super::Get;

/// How many teachers meet the annual quota, by group.
pub fn find_completion(query: &CompletionQuery) -> Get<CompletionView> {
    Get::list("/statistics/completion", query)
}

/// The composition of a year's hours.
pub fn find_composition(query: &CompositionQuery) -> Get<CompositionView> {
    Get::list("/statistics/composition", query)
}

/// The development of quotas and credits since the first cycle.
pub fn find_trend(query: &TrendQuery) -> Get<TrendView> {
    Get::list("/statistics/trend", query)
}

/// Lists organizations with the years of a cycle, a page at a time.
pub fn find_cycle_map(query: &CycleMapQuery) -> Get<CycleMapView> {
    Get::list("/statistics/cycle-map", query)
}

/// Lists a year's projects along the calendar, a page at a time.
pub fn find_schedule(query: &ScheduleQuery) -> Get<ScheduleView> {
    Get::list("/statistics/schedule", query)
}
