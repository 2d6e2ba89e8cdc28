//! Statistics 统计: the figures behind the charts.

use songjiao_types::{
    WireEnum,
    statistics::{CompletionBy, CompletionView, CompositionBy, CompositionView, CycleMapView, ScheduleView, TrendView},
};

use super::Get;
use crate::query::Query;

/// How the annual quota is met, by group.
pub fn find_completion(by: CompletionBy, query: &Query) -> Get<CompletionView> {
    Get::list("/statistics/completion", &query.clone().with("by", by.as_str()))
}

/// What a year's hours are made of.
pub fn find_composition(by: CompositionBy, query: &Query) -> Get<CompositionView> {
    Get::list("/statistics/composition", &query.clone().with("by", by.as_str()))
}

/// How quotas and credits went since the first cycle.
pub fn find_trend(query: &Query) -> Get<TrendView> {
    Get::list("/statistics/trend", query)
}

/// A page of the organizations through the years of a cycle.
pub fn find_cycle_map(query: &Query) -> Get<CycleMapView> {
    Get::list("/statistics/cycle-map", query)
}

/// A page of a year's projects along the calendar.
pub fn find_schedule(query: &Query) -> Get<ScheduleView> {
    Get::list("/statistics/schedule", query)
}
