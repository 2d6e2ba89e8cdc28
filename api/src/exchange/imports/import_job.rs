//! The description of an import, complete enough to run it now or after a restart.

use std::{fs::File, sync::Arc};

use serde::{Deserialize, Serialize};
use songjiao_types::{
    ImportId,
    hour_records::{HourRecordStatus, IMPORT_SOURCE},
    imports::{ImportKind, ImportOptions, OnConflict, UnknownColumns},
};

use super::{
    kinds::{
        accounts::Accounts,
        attendance::Attendance,
        enrollments::Enrollments,
        hour_records::{HourImportSettings, HourRecords},
        lessons::Lessons,
        organizations::Organizations,
        teachers::Teachers,
    },
    pipeline::{self, Outcome, Run},
    source::Progress,
};
use crate::{
    auth::CurrentUser,
    db::{DbConnection, Tx, types::UtcTime},
    error::Result,
    people::teachers::identity::IdNumbers,
};

/// The options of an import with defaults applied. Stored as JSON with queued imports.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Options {
    pub dry_run: bool,
    pub unknown_columns: UnknownColumns,
    /// The source of hour records; `None` for other kinds.
    pub source: Option<String>,
    /// The status of new hour records.
    pub status: HourRecordStatus,
    pub on_conflict: OnConflict,
    /// Whether rows of teachers transfer without the day from which they hold.
    #[serde(default)]
    pub accept_transfers: bool,
    /// Whether the caller names the source of hour records.
    #[serde(default)]
    pub names_source: bool,
    /// Why implausible hours of years that are over are accepted.
    #[serde(default)]
    pub accept_flags: Option<String>,
    /// Whether rows without faults are imported although others have some.
    #[serde(default)]
    pub accept_valid: bool,
}

impl From<&ImportOptions> for Options {
    fn from(given: &ImportOptions) -> Self {
        Self {
            dry_run: given.dry_run.unwrap_or_default(),
            unknown_columns: given.unknown_columns.unwrap_or(UnknownColumns::Reject),
            source: None,
            status: HourRecordStatus::Pending,
            on_conflict: OnConflict::Reject,
            accept_transfers: false,
            names_source: false,
            accept_flags: None,
            accept_valid: false,
        }
    }
}

/// An import without its file.
#[derive(Clone)]
pub struct ImportJob {
    pub id: ImportId,
    pub kind: ImportKind,
    pub options: Options,
    pub file_name: Option<String>,
    pub user: CurrentUser,
    pub progress: Arc<Progress>,
    pub id_numbers: Arc<IdNumbers>,
}

/// Runs an expression with the job's kind.
macro_rules! by_kind {
    ($job:expr, $kind:ident => $run:expr) => {
        match $job.kind {
            ImportKind::Organizations => {
                let $kind = &mut Organizations;
                $run
            }
            ImportKind::Teachers => {
                let $kind = &mut Teachers::new(Arc::clone(&$job.id_numbers), $job.options.accept_transfers);
                $run
            }
            ImportKind::HourRecords => {
                let $kind = &mut HourRecords::new($job.settings());
                $run
            }
            ImportKind::Enrollments => {
                let $kind = &mut Enrollments::default();
                $run
            }
            ImportKind::Attendance => {
                let $kind = &mut Attendance::default();
                $run
            }
            ImportKind::Lessons => {
                let $kind = &mut Lessons::default();
                $run
            }
            ImportKind::Accounts => {
                let $kind = &mut Accounts::default();
                $run
            }
        }
    };
}

impl ImportJob {
    fn settings(&self) -> HourImportSettings {
        HourImportSettings {
            user: self.user.clone(),
            source: self.options.source.clone().unwrap_or_else(|| IMPORT_SOURCE.to_owned()),
            status: self.options.status,
            on_conflict: self.options.on_conflict,
            names_source: self.options.names_source,
            accept_flags: self.options.accept_flags.clone(),
            import_id: self.id,
            now: self.user.now,
        }
    }

    fn run(&self, now: UtcTime) -> Run<'_> {
        let ignore_unknown = self.options.unknown_columns == UnknownColumns::Ignore;
        let Options { accept_valid, dry_run: preview, .. } = self.options;
        Run { user: &self.user, now, ignore_unknown, accept_valid, preview, progress: &self.progress }
    }

    /// Writes the rows of the file. Returns the outcome and whether to commit.
    ///
    /// # Errors
    /// If the database fails.
    pub fn write(&self, tx: &mut Tx<'_>, file: &mut File) -> Result<(Outcome, bool)> {
        let run = self.run(tx.now);
        by_kind!(self, kind => pipeline::write(tx, &run, kind, file))
    }

    /// Checks the file without writing.
    ///
    /// # Errors
    /// If the database fails.
    pub fn check(&self, conn: &mut DbConnection, file: &mut File) -> Result<Outcome> {
        let run = self.run(self.user.now);
        by_kind!(self, kind => pipeline::check(conn, &run, kind, file))
    }
}
