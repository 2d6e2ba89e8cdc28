//! What the date alone changes: the columns of teachers of whom a spell begins or ends.

use chrono::{Days, NaiveDate};
use diesel::prelude::*;
use songjiao_types::TeacherId;

use super::{batch, derived};
use crate::{
    db::{
        NewDay, Tx,
        schema::{appointments, teachers},
    },
    error::Result,
    people::effects,
};

/// Recomputes what follows from appointments when a day begins.
pub struct ServiceDays;

impl NewDay for ServiceDays {
    fn begin(&self, tx: &mut Tx<'_>, last: Option<NaiveDate>, today: NaiveDate) -> Result<()> {
        let teachers: Vec<TeacherId> = match last {
            Some(last) => concerned(tx, last, today)?,
            None => teachers::table.select(teachers::id).order(teachers::id).load(tx.conn)?,
        };
        let statements = batch::statements_of(tx.conn, &teachers)?;
        for teacher in derived::refresh(tx, &statements)? {
            tx.updated("teacher", teacher.teacher_id, &teacher.before, &teacher.after)?;
        }
        effects::service_changed(tx, &teachers)?;
        effects::day_begun(tx)
    }
}

/// Returns the teachers of whom a spell has begun or ended after a day.
fn concerned(tx: &mut Tx<'_>, last: NaiveDate, today: NaiveDate) -> Result<Vec<TeacherId>> {
    let begins = appointments::starts_on.gt(last).and(appointments::starts_on.le(today));
    // A spell has ended on the day after its last day.
    let ends = appointments::ends_on.ge(last).and(appointments::ends_on.le(today - Days::new(1)));
    let rows = appointments::table
        .filter(appointments::retired_at.is_null())
        .filter(begins.or(ends.assume_not_null()))
        .order(appointments::teacher_id)
        .select(appointments::teacher_id)
        .distinct();
    Ok(rows.load(tx.conn)?)
}
