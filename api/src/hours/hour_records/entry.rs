//! What is written to the ledger: a record's content, its key and the status it begins with.

use chrono::NaiveDate;
use diesel::prelude::*;
use sha2::{Digest, Sha256};
use songjiao_types::{
    HourRecordId, Hours, ImportId, OrganizationId, PhaseId, ProjectId, TeacherId,
    hour_records::{HourRecordStatus, PROJECT_SOURCE},
    training::{TrainingDimension, TrainingLevel, TrainingMode},
};

use crate::db::{hex, schema::hour_records};

/// A training with the hours that it earns.
#[derive(Clone, Debug, PartialEq, Hash, Queryable, Selectable, QueryableByName)]
#[diesel(table_name = hour_records)]
pub struct Training {
    /// The training year 培训年度, as the source states it; it does not follow from the dates.
    pub training_year: i32,
    /// The first day.
    pub starts_on: NaiveDate,
    /// The last day.
    pub ends_on: NaiveDate,
    /// The hours earned, above zero; the database refuses anything else.
    pub hours: Hours,
    /// The level 培训类别.
    pub level: TrainingLevel,
    /// The mode 培训方式.
    pub mode: TrainingMode,
    /// The dimension 三修, if the source states one.
    pub dimension: Option<TrainingDimension>,
    /// The title 项目名称.
    pub title: String,
    /// The institution 机构名称 that gave the training.
    pub institution: String,
}

/// What a record states. Two records with the same key and the same content are one.
#[derive(Clone, Debug, PartialEq, Hash, Queryable, Selectable, QueryableByName)]
#[diesel(table_name = hour_records)]
pub struct Content {
    /// The teacher who earned the hours.
    pub teacher_id: TeacherId,
    /// The training that earned them.
    #[diesel(embed)]
    pub training: Training,
}

impl Content {
    /// Returns whether an existing record states all that this one does. A source that states no dimension leaves the
    /// recorded one as it is.
    pub fn is_stated_by(&self, existing: &Self) -> bool {
        let (stated, recorded) = (self.training.dimension, existing.training.dimension);
        if stated.is_some() || recorded.is_none() {
            return self == existing;
        }
        let mut with_dimension = self.clone();
        with_dimension.training.dimension = recorded;
        with_dimension == *existing
    }
}

/// The source of a record, and where its external ids are unique.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordSource {
    name: String,
    /// The organization whose people number the records of `manual` and `import`; other sources number their own.
    numbered_by: Option<OrganizationId>,
}

impl RecordSource {
    /// Returns a source with external ids of its own.
    pub fn named(name: String) -> Self {
        Self { name, numbered_by: None }
    }

    /// Returns `manual` or `import`, whose external ids are unique within the organization that enters the records.
    pub fn within(name: &'static str, organization: OrganizationId) -> Self {
        Self { name: name.to_owned(), numbered_by: Some(organization) }
    }

    /// Returns the name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns whether it is `manual` or `import`.
    pub fn is_reserved(&self) -> bool {
        self.numbered_by.is_some()
    }
}

/// What identifies a record at its source. At most one live record has a given source and key.
#[derive(Clone, Debug)]
pub enum RecordKey {
    /// The id that the source gives the record.
    External {
        /// The source.
        source: RecordSource,
        /// The id, unique among the live records of the source.
        id: String,
    },
    /// Teacher, year, title, institution and dates, if the source gives no id.
    Natural {
        /// The source.
        source: RecordSource,
    },
    /// The phase that issues the hours, once to each teacher.
    Phase {
        /// The project of the phase.
        project: ProjectId,
        /// The phase.
        phase: PhaseId,
    },
    /// The project without phases that issues the hours, once to each teacher.
    Project(ProjectId),
}

impl RecordKey {
    /// Returns the key of a record from a source other than a project.
    pub fn of(source: RecordSource, external_id: Option<String>) -> Self {
        match external_id {
            Some(id) => Self::External { source, id },
            None => Self::Natural { source },
        }
    }
}

/// Hours to be recorded.
#[derive(Clone, Debug)]
pub struct LedgerEntry {
    /// What the record states.
    pub content: Content,
    /// The project that issues the hours or that the record names.
    pub project_id: Option<ProjectId>,
    /// The phase of the project.
    pub phase_id: Option<PhaseId>,
    /// Where the record comes from: `manual`, `project`, `import` or a platform's name.
    pub source: String,
    /// The record's id at its source.
    pub external_id: Option<String>,
    /// The key, hashed if the source gives no id; unique among the live records of the source.
    pub source_key: String,
    /// The id of the organization within which the external id is unique; empty if the key is unique at its source.
    pub key_space: String,
    /// `Pending` or `Recognized`.
    pub status: HourRecordStatus,
    /// Why the hours are recognised. Without a reason, those of a closed year wait for a decision.
    pub reason: Option<String>,
    /// Why implausible hours of a year that is over are recognised nevertheless.
    pub accept_flags: Option<String>,
    /// Whether the record waits for the end of the project that issues it.
    pub awaits_project_end: bool,
    /// The 来源 that a file states under another source.
    pub origin: Option<String>,
    /// The import that enters the record.
    pub import_id: Option<ImportId>,
    /// The record that this one restores or corrects.
    pub former_id: Option<HourRecordId>,
}

impl LedgerEntry {
    /// Makes an entry. Its key determines the source and, for hours that a project issues, the project.
    pub fn new(key: RecordKey, content: Content, status: HourRecordStatus) -> Self {
        let teacher = content.teacher_id;
        let key_space = match &key {
            RecordKey::External { source: RecordSource { numbered_by: Some(organization), .. }, .. } => {
                organization.to_string()
            }
            _ => String::new(),
        };
        let (source, external_id, source_key, project_id, phase_id) = match key {
            RecordKey::External { source, id } => (source.name, Some(id.clone()), id, None, None),
            RecordKey::Natural { source } => (source.name, None, natural_key(&content), None, None),
            RecordKey::Phase { project, phase } => {
                (PROJECT_SOURCE.to_owned(), None, format!("phase:{phase}:{teacher}"), Some(project), Some(phase))
            }
            RecordKey::Project(project) => {
                (PROJECT_SOURCE.to_owned(), None, format!("project:{project}:{teacher}"), Some(project), None)
            }
        };
        Self {
            content,
            project_id,
            phase_id,
            source,
            external_id,
            source_key,
            key_space,
            status,
            reason: None,
            accept_flags: None,
            awaits_project_end: false,
            origin: None,
            import_id: None,
            former_id: None,
        }
    }
}

fn natural_key(Content { teacher_id, training }: &Content) -> String {
    let dates = (training.starts_on, training.ends_on);
    natural_key_of(*teacher_id, training.training_year, &training.title, &training.institution, dates)
}

/// Hashes the teacher, year, title, institution and dates.
pub(super) fn natural_key_of(
    teacher_id: TeacherId,
    training_year: i32,
    title: &str,
    institution: &str,
    (starts_on, ends_on): (NaiveDate, NaiveDate),
) -> String {
    let mut digest = Sha256::new();
    for field in [&*teacher_id.to_string(), &*training_year.to_string(), title, institution] {
        digest.update(field.len().to_be_bytes());
        digest.update(field.as_bytes());
    }
    digest.update(format!("{starts_on}{ends_on}"));
    format!("natural:{}", hex(&digest.finalize()))
}
