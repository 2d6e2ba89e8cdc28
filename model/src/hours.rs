//! Hour records. Hours are hundredths throughout.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use crate::{
    dates::Span,
    ids::{ImportId, OrganizationId, ProjectId, RecordId, TeacherId},
    titles::{Institution, Title},
};

/// 培训类别, by the national teacher system's codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    National = 10,
    Provincial = 20,
    Municipal = 30,
    County = 40,
    School = 60,
    Other = 99,
}

impl Level {
    pub const ALL: [Self; 6] =
        [Self::National, Self::Provincial, Self::Municipal, Self::County, Self::School, Self::Other];

    pub fn tier(self) -> Tier {
        match self {
            Self::National | Self::Provincial | Self::Municipal => Tier::AboveCounty,
            Self::County => Tier::County,
            Self::School => Tier::School,
            Self::Other => Tier::Other,
        }
    }
}

/// 县级以上, 县级培训, 校本研修, 其他.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tier {
    AboveCounty,
    County,
    School,
    Other,
}

impl Tier {
    pub const ALL: [Self; 4] = [Self::AboveCounty, Self::County, Self::School, Self::Other];
}

/// 三修.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Dimension {
    Ethics,
    Knowledge,
    Skill,
}

impl Dimension {
    pub const ALL: [Self; 3] = [Self::Ethics, Self::Knowledge, Self::Skill];
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RecordStatus {
    Pending,
    Recognized,
    Rejected,
    /// Taken back by who submitted it.
    Withdrawn,
    /// Ended for a correction.
    Returned,
    Voided,
}

/// Why a pending record waits, in order of precedence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Hold {
    ServiceUnconfirmed,
    Own,
    Suspected,
    Flagged,
    ProjectEnd,
    Decision,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Flag {
    AboveDayLimit,
    DayOverlap,
    OutsideYear,
    NotOver,
    BeforeService,
}

/// 培训方式, as far as a rule asks for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mode {
    FaceToFace,
    Online,
}

/// Where a record comes from. A platform is a source with a name of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    Manual,
    Import,
    Platform,
    /// What a project issues.
    Project,
}

/// The content of a record as somebody enters it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HourEntry {
    pub record: RecordId,
    pub teacher: TeacherId,
    pub training_year: i32,
    pub hours: i64,
    pub level: Level,
    pub dimension: Option<Dimension>,
    pub mode: Mode,
    pub title: Title,
    pub institution: Institution,
    pub source: Source,
    pub first: NaiveDate,
    pub last: NaiveDate,
    /// Whether it is sent as `status=recognized`.
    pub as_recognized: bool,
}

impl HourEntry {
    pub fn span(&self) -> Span {
        Span::new(self.first, self.last)
    }
}

/// What issued a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Issued {
    pub project: ProjectId,
    pub phase: usize,
    /// Whether the project's end rejected it.
    pub failed: bool,
    /// Whether a mending ended it, so that it is issued anew.
    pub mended: bool,
}

/// A record of the ledger: its content, and its states with their days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HourRecord {
    pub entry: HourEntry,
    /// Flags of the entry. `NotOver` falls by itself.
    pub flags: BTreeSet<Flag>,
    /// Whether a reason accepts the flags.
    pub flags_accepted: bool,
    /// The act that entered it: one for a form, one for all rows of a file.
    pub act: usize,
    /// The file that it came with.
    pub import: Option<ImportId>,
    /// The record that this one restores or corrects.
    pub former: Option<RecordId>,
    /// The phase of a project that issued it.
    pub issued: Option<Issued>,
    /// Whether it comes from a project that has not ended.
    pub awaits_project_end: bool,
    /// States in order of time, the first with the day of entry.
    pub states: Vec<(NaiveDate, RecordStatus)>,
    /// Where the record counts while its year is closed.
    pub frozen_place: Option<OrganizationId>,
}

impl HourRecord {
    pub fn status(&self) -> RecordStatus {
        self.states.last().map_or(RecordStatus::Rejected, |(_, status)| *status)
    }

    pub fn is_recognized(&self) -> bool {
        self.status() == RecordStatus::Recognized
    }

    pub fn is_pending(&self) -> bool {
        self.status() == RecordStatus::Pending
    }

    /// Whether it is pending or recognised.
    pub fn is_live(&self) -> bool {
        self.is_pending() || self.is_recognized()
    }
}
