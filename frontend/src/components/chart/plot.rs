//! What a chart shows. [`super::options`] turns it into ECharts options.

use crate::components::Tone;

/// What a chart shows.
#[derive(Clone, PartialEq)]
pub enum Plot {
    /// The rate of each group in per cent, as horizontal bars from the top down.
    Rates(Vec<Group>),
    /// The parts of a whole, as a ring.
    Parts(Vec<Slice>),
    /// Numbers of people by year or cycle as stacked columns, optionally with a rate as a line.
    Columns { labels: Vec<String>, series: Vec<Series>, rate: Option<Vec<RatePoint>> },
    /// Rates by row and column, as a heat map.
    Heat { columns: Vec<String>, rows: Vec<String>, points: Vec<Vec<RatePoint>> },
}

/// A group with its rate.
#[derive(Clone, PartialEq)]
pub struct Group {
    pub label: String,
    pub rate: f64,
    pub tone: Tone,
    /// The tooltip.
    pub words: String,
}

/// A part of a whole.
#[derive(Clone, PartialEq)]
pub struct Slice {
    pub label: String,
    pub value: f64,
    pub words: String,
}

/// Numbers of one kind, one for each label.
#[derive(Clone, PartialEq)]
pub struct Series {
    pub label: String,
    pub tone: Tone,
    pub values: Vec<i64>,
    pub words: Vec<String>,
}

/// A rate, if there is one.
#[derive(Clone, PartialEq)]
pub struct RatePoint {
    pub rate: Option<f64>,
    pub words: String,
}

impl Plot {
    /// The height in pixels.
    pub fn height(&self, narrow: bool) -> usize {
        match self {
            Self::Rates(groups) => groups.len() * 30 + 36,
            Self::Parts(_) => 260,
            Self::Columns { .. } if narrow => 260,
            Self::Columns { .. } => 300,
            Self::Heat { rows, .. } => rows.len() * 28 + 76,
        }
    }
}
