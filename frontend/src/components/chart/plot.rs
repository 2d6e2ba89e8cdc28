//! What a chart shows, in the words of whoever asks for it; [`super::options`] turns it into what
//! ECharts understands.

use crate::components::Tone;

/// What a chart shows.
#[derive(Clone, PartialEq)]
pub enum Plot {
    /// How much of each group has come so far, in per cent: a bar for each, from the top down.
    Rates(Vec<Group>),
    /// What a whole is made of: a ring.
    Parts(Vec<Slice>),
    /// Numbers of people by year or cycle, one upon the other, and perhaps a rate as a line.
    Columns { labels: Vec<String>, series: Vec<Series>, rate: Option<Vec<RatePoint>> },
    /// Rates by row and column: the greater, the greener.
    Heat { columns: Vec<String>, rows: Vec<String>, spots: Vec<Vec<RatePoint>> },
}

/// A group with its rate.
#[derive(Clone, PartialEq)]
pub struct Group {
    pub label: String,
    pub rate: f64,
    pub tone: Tone,
    /// What the pointer is told.
    pub words: String,
}

/// A part of a whole.
#[derive(Clone, PartialEq)]
pub struct Slice {
    pub label: String,
    pub value: f64,
    pub words: String,
}

/// Numbers of one kind, a column's part for each label.
#[derive(Clone, PartialEq)]
pub struct Series {
    pub label: String,
    pub tone: Tone,
    pub values: Vec<i64>,
    pub words: Vec<String>,
}

/// A rate where there is one.
#[derive(Clone, PartialEq)]
pub struct RatePoint {
    pub rate: Option<f64>,
    pub words: String,
}

impl Plot {
    /// How high it has to be, in pixels.
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
