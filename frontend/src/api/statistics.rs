//! Statistics 统计: the figures behind the charts.

use songjiao_types::{
    WireEnum,
    statistics::{CompletionBy, CompletionView, CompositionBy, CompositionView, CycleMapView, ScheduleView, TrendView},
};

use super::Get;
use crate::query::Query;

/// How many teachers meet the annual quota, by group.
pub fn find_completion(by: CompletionBy, query: &Query) -> Get<CompletionView> {
    Get::list("/statistics/completion", &query.clone().with("by", by.as_str()))
}

/// The composition of a year's hours.
pub fn find_composition(by: CompositionBy, query: &Query) -> Get<CompositionView> {
    Get::list("/statistics/composition", &query.clone().with("by", by.as_str()))
}

/// The development of quotas and credits since the first cycle.
pub fn find_trend(query: &Query) -> Get<TrendView> {
    Get::list("/statistics/trend", query)
}

/// Lists organizations with the years of a cycle, a page at a time.
pub fn find_cycle_map(query: &Query) -> Get<CycleMapView> {
    Get::list("/statistics/cycle-map", query)
}

/// Lists a year's projects along the calendar, a page at a time.
pub fn find_schedule(query: &Query) -> Get<ScheduleView> {
    Get::list("/statistics/schedule", query)
}
