//! Teachers as they are and as they come to be, with their appointments.

use std::collections::{HashMap, HashSet};

use chrono::{Days, NaiveDate};
use diesel::{prelude::*, upsert::excluded};
use songjiao_types::{
    AppointmentId, OrganizationId, TeacherId,
    changes::ChangeType,
    teachers::{Gender, TeacherStatus},
    training::Stage,
};
use uuid::Uuid;

use super::row::Row;
use crate::{
    auth::CurrentUser,
    db::{
        DbConnection, Tx, initials, on_connection,
        schema::{appointments, organizations, teachers},
        types::UtcTime,
    },
    error::Result,
    exchange::imports::report::Counts,
    people::effects,
};

/// Rows written or looked up by one statement.
const CHUNK: usize = 1000;

#[derive(Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = teachers, treat_none_as_default_value = false)]
pub struct Stored {
    pub id: TeacherId,
    teacher_no: String,
    name: String,
    gender: Option<Gender>,
    pub organization_id: OrganizationId,
    subject: String,
    stage: Stage,
    title: Option<String>,
    joined_on: NaiveDate,
    left_on: Option<NaiveDate>,
    status: TeacherStatus,
    backbone: bool,
    id_number_sealed: Option<String>,
    id_number_hmac: Option<String>,
    id_number_mask: Option<String>,
    version: i32,
    created_at: UtcTime,
    updated_at: UtcTime,
    initials: Option<String>,
}

#[derive(Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = appointments, treat_none_as_default_value = false)]
pub struct Spell {
    id: AppointmentId,
    teacher_id: TeacherId,
    organization_id: OrganizationId,
    starts_on: NaiveDate,
    ends_on: Option<NaiveDate>,
    created_at: UtcTime,
}

/// What is to be written once nothing is wrong.
#[derive(Default)]
pub struct Plan {
    rows: Vec<Stored>,
    spells: Vec<Spell>,
    pub counts: Counts,
}

/// What the rows refer to and what is there already.
pub struct There {
    /// By code; `false` where it is out of the caller's scope.
    pub organizations: HashMap<String, (OrganizationId, bool)>,
    pub visible: HashSet<OrganizationId>,
    pub teachers: HashMap<String, Stored>,
    pub spells: HashMap<TeacherId, Vec<Spell>>,
    pub id_numbers: HashMap<String, TeacherId>,
}

impl Plan {
    pub fn take(&mut self, before: Option<&Stored>, after: Stored, spells: Vec<Spell>, now: UtcTime) {
        match before {
            None => self.counts.imported += 1,
            Some(before) if *before == after && spells.is_empty() => {
                self.counts.unchanged += 1;
                return;
            }
            Some(_) => self.counts.updated += 1,
        }
        let version = before.map_or(1, |before| before.version + 1);
        self.rows.push(Stored { version, updated_at: now, ..after });
        self.spells.extend(spells);
    }

    pub fn write(mut self, tx: &mut Tx<'_>) -> Result<()> {
        // Those that end come before those that begin, since only one may be open.
        self.spells.sort_by_key(|spell| spell.ends_on.is_none());
        for chunk in self.rows.chunks(CHUNK) {
            on_connection!(tx.conn, connection => {
                diesel::insert_into(teachers::table)
                    .values(chunk)
                    .on_conflict(teachers::id)
                    .do_update()
                    .set((
                        teachers::name.eq(excluded(teachers::name)),
                        teachers::initials.eq(excluded(teachers::initials)),
                        teachers::gender.eq(excluded(teachers::gender)),
                        teachers::organization_id.eq(excluded(teachers::organization_id)),
                        teachers::subject.eq(excluded(teachers::subject)),
                        teachers::stage.eq(excluded(teachers::stage)),
                        teachers::title.eq(excluded(teachers::title)),
                        teachers::joined_on.eq(excluded(teachers::joined_on)),
                        teachers::left_on.eq(excluded(teachers::left_on)),
                        teachers::status.eq(excluded(teachers::status)),
                        teachers::backbone.eq(excluded(teachers::backbone)),
                        teachers::id_number_sealed.eq(excluded(teachers::id_number_sealed)),
                        teachers::id_number_hmac.eq(excluded(teachers::id_number_hmac)),
                        teachers::id_number_mask.eq(excluded(teachers::id_number_mask)),
                        teachers::version.eq(excluded(teachers::version)),
                        teachers::updated_at.eq(excluded(teachers::updated_at)),
                    ))
                    .execute(connection)?
            });
        }
        for chunk in self.spells.chunks(CHUNK) {
            on_connection!(tx.conn, connection => {
                diesel::insert_into(appointments::table)
                    .values(chunk)
                    .on_conflict(appointments::id)
                    .do_update()
                    .set((
                        appointments::organization_id.eq(excluded(appointments::organization_id)),
                        appointments::starts_on.eq(excluded(appointments::starts_on)),
                        appointments::ends_on.eq(excluded(appointments::ends_on)),
                    ))
                    .execute(connection)?
            });
        }
        let (new, known): (Vec<_>, Vec<_>) = self.rows.iter().partition(|row| row.version == 1);
        tx.publish(ChangeType::TeacherCreated, new.into_iter().map(|row| row.id));
        tx.publish(ChangeType::TeacherUpdated, known.into_iter().map(|row| row.id));
        let ids: Vec<_> = self.rows.iter().map(|row| row.id).collect();
        effects::service_changed(tx, &ids)
    }
}

pub fn merged(row: Row, stored: Option<&Stored>, organization_id: OrganizationId, now: UtcTime) -> Stored {
    let mut after = stored.cloned().unwrap_or_else(|| Stored {
        id: TeacherId::from_uuid(Uuid::now_v7()),
        teacher_no: row.teacher_no,
        name: String::new(),
        gender: None,
        organization_id,
        subject: String::new(),
        stage: row.stage,
        title: None,
        joined_on: row.joined_on,
        left_on: None,
        status: TeacherStatus::Active,
        backbone: false,
        id_number_sealed: None,
        id_number_hmac: None,
        id_number_mask: None,
        version: 1,
        created_at: now,
        updated_at: now,
        initials: None,
    });
    after.initials = Some(initials::of_person(&row.name));
    after.name = row.name;
    after.organization_id = organization_id;
    after.subject = row.subject;
    after.stage = row.stage;
    after.joined_on = row.joined_on;
    after.gender = row.gender.or(after.gender);
    after.title = row.title.or(after.title);
    after.backbone = row.backbone.unwrap_or(after.backbone);
    after.left_on = row.left_on.or(after.left_on);
    after.status = row.status.unwrap_or(after.status);
    // The same number is sealed otherwise each time: only another one is a change.
    if let Some(number) = row.id_number.filter(|number| after.id_number_hmac.as_ref() != Some(&number.hmac)) {
        after.id_number_sealed = Some(number.sealed);
        after.id_number_hmac = Some(number.hmac);
        after.id_number_mask = Some(number.mask);
    }
    after
}

type Fault = (&'static str, &'static str, &'static str);

pub fn fault_of_times(teacher: &Stored) -> Option<Fault> {
    match teacher.left_on {
        Some(left) if left < teacher.joined_on => Some(("left_on", "ends_before_start", "离任日期不能早于入职日期")),
        None if teacher.status.has_ended() => Some(("left_on", "required", "退休或离职须填写离任日期")),
        _ => None,
    }
}

/// The appointments that change or begin, so that they fit the teacher.
pub fn settled_spells(teacher: &Stored, spells: &[Spell], now: UtcTime) -> std::result::Result<Vec<Spell>, Fault> {
    let begin = |starts_on: NaiveDate| Spell {
        id: AppointmentId::from_uuid(Uuid::now_v7()),
        teacher_id: teacher.id,
        organization_id: teacher.organization_id,
        starts_on,
        ends_on: None,
        created_at: now,
    };
    let mut after = spells.to_vec();
    match after.first_mut() {
        Some(first) => first.starts_on = teacher.joined_on,
        None => after.push(begin(teacher.joined_on)),
    }
    let today = now.local_date();
    if let Some(last) = after.last_mut().filter(|last| last.organization_id != teacher.organization_id) {
        if last.starts_on >= today {
            last.organization_id = teacher.organization_id;
        } else {
            last.ends_on = Some(today - Days::new(1));
            after.push(begin(today));
        }
    }
    if let Some(last) = after.last_mut() {
        last.ends_on = teacher.left_on;
        if last.ends_on.is_some_and(|end| end < last.starts_on) {
            return Err(("left_on", "before_appointment", "离任日期不能早于现任职开始日期"));
        }
    }
    if after.first().is_some_and(|first| first.ends_on.is_some_and(|end| end < first.starts_on)) {
        return Err(("joined_on", "after_appointment", "入职日期不能晚于首次任职的结束日期"));
    }
    after.retain(|spell| !spells.contains(spell));
    Ok(after)
}

impl There {
    pub fn load(conn: &mut DbConnection, user: &CurrentUser, rows: &[Row]) -> Result<Self> {
        let mut there = Self {
            organizations: HashMap::new(),
            visible: HashSet::new(),
            teachers: HashMap::new(),
            spells: HashMap::new(),
            id_numbers: HashMap::new(),
        };
        let places: Vec<(OrganizationId, String, String)> =
            organizations::table.select((organizations::id, organizations::code, organizations::path)).load(conn)?;
        for (id, code, path) in places {
            let visible = user.scope.contains(&path);
            there.organizations.insert(code, (id, visible));
            if visible {
                there.visible.insert(id);
            }
        }
        for chunk in rows.chunks(CHUNK) {
            let numbers = chunk.iter().map(|row| row.teacher_no.as_str());
            let found: Vec<Stored> =
                teachers::table.filter(teachers::teacher_no.eq_any(numbers)).select(Stored::as_select()).load(conn)?;
            let ids: Vec<_> = found.iter().map(|teacher| teacher.id).collect();
            there.teachers.extend(found.into_iter().map(|teacher| (teacher.teacher_no.clone(), teacher)));
            let spells: Vec<Spell> = appointments::table
                .filter(appointments::teacher_id.eq_any(ids))
                .order(appointments::starts_on)
                .select(Spell::as_select())
                .load(conn)?;
            for spell in spells {
                there.spells.entry(spell.teacher_id).or_default().push(spell);
            }
            let hmacs: Vec<_> =
                chunk.iter().filter_map(|row| row.id_number.as_ref()).map(|n| n.hmac.as_str()).collect();
            let holders: Vec<(Option<String>, TeacherId)> = teachers::table
                .filter(teachers::id_number_hmac.eq_any(hmacs))
                .select((teachers::id_number_hmac, teachers::id))
                .load(conn)?;
            there.id_numbers.extend(holders.into_iter().filter_map(|(hmac, id)| Some((hmac?, id))));
        }
        Ok(there)
    }
}
