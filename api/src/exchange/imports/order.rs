//! What an import was asked for: enough to carry it out, now or after a restart.

use std::{fs::File, sync::Arc};

use serde::{Deserialize, Serialize};
use songjiao_types::{
    ImportId,
    hour_records::{HourRecordStatus, IMPORT_SOURCE},
    imports::{ImportKind, OnConflict, UnknownColumns},
};

use super::{
    kinds::{
        attendance::Attendance,
        enrollments::Enrollments,
        hour_records::{HourRecords, Manner},
        lessons::Lessons,
        organizations::Organizations,
        teachers::Teachers,
    },
    pipeline::{self, Outcome, Run},
    source::Watch,
};
use crate::{
    auth::CurrentUser,
    db::{DbConnection, Tx, types::UtcTime},
    error::Result,
    people::teachers::identity::IdNumbers,
};

/// How a file is to be taken.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Options {
    pub dry_run: bool,
    pub unknown_columns: UnknownColumns,
    /// Of hour records: who tells of them.
    pub source: Option<String>,
    /// Of hour records: what becomes of new ones.
    pub status: HourRecordStatus,
    pub on_conflict: OnConflict,
}

/// An import, apart from its file.
#[derive(Clone)]
pub struct Order {
    pub id: ImportId,
    pub kind: ImportKind,
    pub options: Options,
    pub file_name: Option<String>,
    pub user: CurrentUser,
    pub watch: Arc<Watch>,
    pub id_numbers: Arc<IdNumbers>,
}

/// Has the kind of an order run by a function for any kind.
macro_rules! by_kind {
    ($order:expr, $kind:ident => $run:expr) => {
        match $order.kind {
            ImportKind::Organizations => {
                let $kind = &mut Organizations;
                $run
            }
            ImportKind::Teachers => {
                let $kind = &mut Teachers::new(Arc::clone(&$order.id_numbers));
                $run
            }
            ImportKind::HourRecords => {
                let $kind = &mut HourRecords::new($order.manner());
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
        }
    };
}

impl Order {
    fn manner(&self) -> Manner {
        Manner {
            source: self.options.source.clone().unwrap_or_else(|| IMPORT_SOURCE.to_owned()),
            status: self.options.status,
            on_conflict: self.options.on_conflict,
        }
    }

    fn run(&self, now: UtcTime) -> Run<'_> {
        let ignore_unknown = self.options.unknown_columns == UnknownColumns::Ignore;
        Run { user: &self.user, now, ignore_unknown, preview: self.options.dry_run, watch: &self.watch }
    }

    /// Writes the rows of the file, and says whether they may stay: all of them or none.
    pub fn carry_out(&self, tx: &mut Tx<'_>, file: &mut File) -> Result<(Outcome, bool)> {
        let run = self.run(tx.now);
        by_kind!(self, kind => pipeline::carry_out(tx, &run, kind, file))
    }

    /// Finds out what would become of the file.
    pub fn check(&self, conn: &mut DbConnection, file: &mut File) -> Result<Outcome> {
        let run = self.run(self.user.now);
        by_kind!(self, kind => pipeline::check(conn, &run, kind, file))
    }
}
