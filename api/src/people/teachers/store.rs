use chrono::NaiveDate;
use diesel::prelude::*;
use songjiao_types::{
    OrganizationId, Page, TeacherId,
    appointments::{AppointmentView, EndReason},
    changes::ChangeType,
    teachers::{
        CreateTeacher, CreateTransfer, Gender, TeacherQuery, TeacherSort, TeacherStatus, TeacherView, UpdateTeacher,
    },
    training::Stage,
};

use super::{batch, identity::SealedIdNumber, rules};
use crate::{
    auth::{CurrentUser, scope::Scope},
    db::{DbConnection, Tx, initials, readings, schema::teachers, types::UtcTime},
    error::{ApiError, Result},
    http::{etag::IfMatch, listing::PageRequest},
    people::{
        appointments::{
            batch::statements_of,
            changes::{self, Author, Changes, Pending},
            derived::present_spell,
            listing as appointments,
            plan::{self, ServiceDates},
            rules::Refusal,
            service::in_post_on,
            timeline::{End, Spell},
        },
        organizations::organization_refs,
    },
    visibility::{
        Teachers, organization_filter, organization_ids_in, teacher_matches, visible_organization, visible_teachers,
    },
};

/// The shared ID numbers that a list covers.
const SHARED_NUMBERS: usize = 1000;

#[derive(Queryable, Selectable)]
#[diesel(table_name = teachers)]
struct TeacherRow {
    id: TeacherId,
    teacher_no: String,
    name: String,
    gender: Option<Gender>,
    organization_id: OrganizationId,
    subject: String,
    stage: Stage,
    title: Option<String>,
    joined_on: NaiveDate,
    left_on: Option<NaiveDate>,
    status: TeacherStatus,
    backbone: bool,
    id_number_mask: Option<String>,
    version: i32,
    created_at: UtcTime,
    updated_at: UtcTime,
    service_confirmed: bool,
}

#[derive(AsChangeset)]
#[diesel(table_name = teachers)]
struct TeacherChanges<'a> {
    name: Option<&'a str>,
    gender: Option<Option<Gender>>,
    subject: Option<&'a str>,
    stage: Option<Stage>,
    title: Option<Option<&'a str>>,
    status: Option<TeacherStatus>,
    backbone: Option<bool>,
    id_number_sealed: Option<Option<&'a str>>,
    id_number_hmac: Option<Option<&'a str>>,
    id_number_mask: Option<Option<&'a str>>,
    version: i32,
    updated_at: UtcTime,
    initials: Option<String>,
    sort_key: Option<String>,
}

/// Returns the teachers who serve in a scope, whom its administrators may change.
fn serving<'a>(scope: &Scope) -> Teachers<'a> {
    teachers::table.filter(teachers::organization_id.eq_any(organization_ids_in!(scope))).into_boxed()
}

fn filtered<'a>(
    user: &CurrentUser,
    organization: Option<&Scope>,
    query: &TeacherQuery,
    shared: Option<&[String]>,
) -> Teachers<'a> {
    let mut rows = visible_teachers(user);
    if let Some(scope) = organization {
        rows = rows.filter(teachers::organization_id.eq_any(organization_ids_in!(scope)));
    }
    if let Some(text) = &query.q {
        rows = rows.filter(teacher_matches!(text));
    }
    if let Some(shared) = shared {
        rows = rows.filter(teachers::id_number_hmac.eq_any(shared.to_vec()));
    }
    if let Some(subject) = &query.subject {
        rows = rows.filter(teachers::subject.eq(subject.clone()));
    }
    if let Some(stage) = query.stage {
        rows = rows.filter(teachers::stage.eq(stage));
    }
    if let Some(status) = query.status {
        rows = rows.filter(teachers::status.eq(status));
    }
    match query.in_post {
        Some(true) => rows = rows.filter(teachers::id.eq_any(in_post_on!(user.today()))),
        Some(false) => rows = rows.filter(teachers::id.ne_all(in_post_on!(user.today()))),
        None => {}
    }
    if let Some(backbone) = query.backbone {
        rows = rows.filter(teachers::backbone.eq(backbone));
    }
    rows
}

/// Returns the HMACs of the ID numbers that several teachers of a scope have. Teachers out of scope are not compared:
/// nothing is confirmed about them.
fn shared_id_numbers(conn: &mut DbConnection, scope: &Scope) -> Result<Vec<String>> {
    let shared = serving(scope)
        .filter(teachers::id_number_hmac.is_not_null())
        .select(teachers::id_number_hmac.assume_not_null())
        .order(teachers::id_number_hmac);
    let hmacs: Vec<String> = shared.load(conn)?;
    let mut shared: Vec<String> =
        hmacs.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| pair[0].clone()).collect();
    shared.dedup();
    shared.truncate(SHARED_NUMBERS);
    Ok(shared)
}

/// Returns a page of the teachers that the user sees.
///
/// # Errors
/// 422 at `organization_id`, `limit` or `cursor`.
pub fn list(
    conn: &mut DbConnection,
    user: &CurrentUser,
    query: &TeacherQuery,
    page: &PageRequest,
) -> Result<Page<TeacherView>> {
    let organization = organization_filter(conn, user, query.organization_id)?;
    let shared = if query.shared_id_number == Some(true) { Some(shared_id_numbers(conn, &user.scope)?) } else { None };
    listing!(conn, page, query.sort.unwrap_or(TeacherSort::TeacherNo),
        rows: filtered(user, organization.as_ref(), query, shared.as_deref()), TeacherRow, id: teachers::id, TeacherId,
        views: |conn, rows| with_details(conn, rows, user.today()),
        {
            TeacherSort::TeacherNo => asc teachers::teacher_no, String, |view: &TeacherView| view.teacher_no.clone();
            TeacherSort::TeacherNoDesc => desc teachers::teacher_no, String, |view: &TeacherView| view.teacher_no.clone();
            TeacherSort::Name => asc teachers::sort_key.assume_not_null(), String,
                |view: &TeacherView| readings::sort_key(&view.name);
            TeacherSort::NameDesc => desc teachers::sort_key.assume_not_null(), String,
                |view: &TeacherView| readings::sort_key(&view.name);
        }
    )
}

/// Adds the organizations and what is stated about service, with one query each.
fn with_details(conn: &mut DbConnection, rows: Vec<TeacherRow>, today: NaiveDate) -> Result<Vec<TeacherView>> {
    let organizations = organization_refs(conn, rows.iter().map(|row| row.organization_id).collect())?;
    let statements = statements_of(conn, &rows.iter().map(|row| row.id).collect::<Vec<_>>())?;
    rows.into_iter()
        .map(|row| {
            let statements = statements.get(&row.id).map_or(&[][..], Vec::as_slice);
            let waiting = statements.iter().filter(|statement| statement.stands() && !statement.is_confirmed()).count();
            let organization = organizations.get(&row.organization_id).cloned();
            Ok(TeacherView {
                organization: organization.ok_or_else(|| ApiError::internal("a teacher without organization"))?,
                id: row.id,
                teacher_no: row.teacher_no,
                name: row.name,
                gender: row.gender,
                subject: row.subject,
                stage: row.stage,
                title: row.title,
                joined_on: row.joined_on,
                left_on: row.left_on,
                status: row.status,
                service_confirmed: row.service_confirmed,
                appointed_on: present_spell(statements, today).map_or(row.joined_on, |spell| spell.starts_on),
                appointments_waiting: i64::try_from(waiting).unwrap_or(i64::MAX),
                backbone: row.backbone,
                id_number: row.id_number_mask,
                version: row.version,
                created_at: row.created_at.into(),
                updated_at: row.updated_at.into(),
            })
        })
        .collect()
}

/// Returns a teacher.
///
/// # Errors
/// 404 if the user does not see the teacher.
pub fn find(conn: &mut DbConnection, user: &CurrentUser, id: TeacherId) -> Result<TeacherView> {
    let row = visible_teachers(user).filter(teachers::id.eq(id)).select(TeacherRow::as_select()).first(conn)?;
    with_details(conn, vec![row], user.today())?.pop().ok_or_else(ApiError::not_found)
}

/// Returns the given teachers that are visible to the user, in arbitrary order.
pub fn find_all(conn: &mut DbConnection, user: &CurrentUser, ids: Vec<TeacherId>) -> Result<Vec<TeacherView>> {
    let rows = visible_teachers(user).filter(teachers::id.eq_any(ids)).select(TeacherRow::as_select()).load(conn)?;
    with_details(conn, rows, user.today())
}

/// Returns a teacher whom the user may change.
fn find_serving(conn: &mut DbConnection, user: &CurrentUser, id: TeacherId) -> Result<TeacherView> {
    let row = serving(&user.scope).filter(teachers::id.eq(id)).select(TeacherRow::as_select()).first(conn)?;
    with_details(conn, vec![row], user.today())?.pop().ok_or_else(ApiError::not_found)
}

/// Returns the name of a teacher whom a request names.
///
/// # Errors
/// 422 at `pointer` if no such teacher serves in the caller's scope.
pub fn visible_name(conn: &mut DbConnection, scope: &Scope, id: TeacherId, pointer: &'static str) -> Result<String> {
    let found = serving(scope).filter(teachers::id.eq(id)).select(teachers::name).first(conn).optional()?;
    found.ok_or_else(|| ApiError::invalid(pointer, "unknown_teacher", "教师不存在或不在您的管理范围内"))
}

/// Checks that a teacher whom a request names serves in the caller's scope.
///
/// # Errors
/// 422 at `pointer` if not.
pub fn check_visible(conn: &mut DbConnection, scope: &Scope, id: TeacherId, pointer: &'static str) -> Result<()> {
    visible_name(conn, scope, id, pointer).map(drop)
}

/// Locks a teacher and the figures that follow from the row, until the end of the transaction. SQLite has a single
/// writer anyway.
pub fn lock(conn: &mut DbConnection, id: TeacherId) -> Result<()> {
    changes::lock(conn, &[id])
}

/// Returns the appointments of a teacher, the latest first.
///
/// # Errors
/// 404 if the user does not see the teacher.
pub fn appointments_of(conn: &mut DbConnection, user: &CurrentUser, id: TeacherId) -> Result<Vec<AppointmentView>> {
    let id = find(conn, user, id)?.id;
    appointments::of_teacher(conn, id)
}

/// Checks a new ID number. A stored one is not opened for it: a search for the day on which a first day in post is refused
/// would disclose the date of birth.
fn check_id_number(
    number: Option<&SealedIdNumber>,
    joined_on: NaiveDate,
    gender: Option<Gender>,
    now: UtcTime,
) -> Result<()> {
    let Some(number) = number else { return Ok(()) };
    let checked = number.facts.check(joined_on, gender, now.local_date());
    checked.map_err(|(code, message)| ApiError::invalid("/id_number", code, message))
}

/// Creates a teacher with a first appointment.
///
/// # Errors
/// 409 if the number exists; 422 at a field.
pub fn create(
    tx: &mut Tx<'_>,
    user: &CurrentUser,
    new: &CreateTeacher,
    id_number: Option<&SealedIdNumber>,
) -> Result<TeacherView> {
    let status = new.status.unwrap_or(TeacherStatus::Active);
    rules::check_time_in_post(new.joined_on, new.left_on, Some(status))?;
    rules::check_status(new.status, new.left_on, tx.now.local_date())?;
    check_id_number(id_number, new.joined_on, new.gender, tx.now)?;
    visible_organization(tx.conn, &user.scope, new.organization_id, "/organization_id")?;
    let (place, name, subject) = (new.organization_id, new.name.trim(), new.subject.trim());
    let row = batch::TeacherRow {
        gender: new.gender,
        title: new.title.as_deref().map(str::trim).filter(|title| !title.is_empty()).map(str::to_owned),
        status,
        backbone: new.backbone,
        ..batch::TeacherRow::new(new.teacher_no.clone(), name, place, subject, new.stage, new.joined_on, tx.now)
    }
    .with_id_number(id_number.cloned());
    let id = row.id;
    let end = new.left_on.map(|on| End { on, reason: EndReason::of(status) });
    let spell = Spell { organization_id: place, starts_on: new.joined_on, end };
    let appointment = Author::of(user, tx.now).statement(id, spell);
    batch::insert_with_appointments(tx, vec![row], &[appointment])?;
    let view = find_serving(tx.conn, user, id)?;
    tx.created("teacher", id, &view)?;
    Ok(view)
}

/// Changes the service of one teacher, who is locked.
fn change_service(
    tx: &mut Tx<'_>,
    author: &Author,
    id: TeacherId,
    void_for: Option<&str>,
    action: &'static str,
    plan: impl FnOnce(&Pending) -> Result<Changes, Refusal>,
) -> Result<()> {
    let mut pending = Pending::load(tx.conn, &[id])?;
    let changes = plan(&pending)?;
    if changes.is_empty() {
        return Ok(());
    }
    let main = changes.main;
    let before = changes.inserted.iter().find(|row| Some(row.id) == main).and_then(|row| row.corrects_id);
    pending.add(id, changes, author);
    pending.write(tx, void_for)?;
    appointments::audit(tx, action, before, main)
}

/// Returns the corrections of service that an update asks for.
fn service_dates(before: &TeacherView, changes: &UpdateTeacher) -> Option<ServiceDates> {
    let ended_as = changes.status.filter(|status| status.has_ended());
    let dates = ServiceDates {
        joined_on: changes.joined_on.filter(|joined_on| *joined_on != before.joined_on),
        left_on: changes.left_on.filter(|left_on| *left_on != before.left_on),
        ended_as,
    };
    let ends_otherwise = ended_as.is_some_and(|status| before.left_on.is_some() && status != before.status);
    (dates.joined_on.is_some() || dates.left_on.is_some() || ends_otherwise).then_some(dates)
}

/// Updates a teacher. A change of the first or last day in post, or of why service ended, corrects the appointments.
///
/// # Errors
/// 404 if the teacher does not serve in the scope; 409 if appointments would overlap, or hour records would be left without
/// service; 412 if the version differs; 422 at a field.
pub fn update(
    tx: &mut Tx<'_>,
    user: &CurrentUser,
    id: TeacherId,
    version: IfMatch,
    changes: &UpdateTeacher,
    id_number: Option<Option<&SealedIdNumber>>,
) -> Result<TeacherView> {
    lock(tx.conn, id)?;
    let before = find_serving(tx.conn, user, id)?;
    version.check(before.version)?;
    let left_on = changes.left_on.unwrap_or(before.left_on);
    let joined_on = changes.joined_on.unwrap_or(before.joined_on);
    rules::check_time_in_post(joined_on, left_on, changes.status)?;
    check_id_number(id_number.flatten(), joined_on, changes.gender.unwrap_or(before.gender), tx.now)?;
    rules::check_status(changes.status, left_on, tx.now.local_date())?;
    let reason = changes.reason.as_deref().map(str::trim);
    if changes.void_records && reason.is_none() {
        return Err(ApiError::invalid("/reason", "required", "作废学时记录须填写原因"));
    }
    if let Some(dates) = service_dates(&before, changes) {
        let author = Author::of(user, tx.now);
        let void_for = reason.filter(|_| changes.void_records);
        change_service(tx, &author, id, void_for, "correct", |pending| {
            plan::correct_dates(pending.rows(id), &author, &dates, reason)
        })?;
    }
    let (stored, status): (i32, TeacherStatus) =
        teachers::table.find(id).select((teachers::version, teachers::status)).first(tx.conn)?;
    let title = changes.title.as_ref().map(|title| title.as_deref().map(str::trim).filter(|title| !title.is_empty()));
    let changed = diesel::update(teachers::table.find(id).filter(teachers::version.eq(stored)))
        .set(TeacherChanges {
            name: changes.name.as_deref().map(str::trim),
            gender: changes.gender,
            subject: changes.subject.as_deref().map(str::trim),
            stage: changes.stage,
            title,
            // The ended statuses follow from the appointments.
            status: changes.status.filter(|new| !new.has_ended() && !status.has_ended()),
            backbone: changes.backbone,
            id_number_sealed: id_number.map(|number| number.map(|number| number.sealed.as_str())),
            id_number_hmac: id_number.map(|number| number.map(|number| number.hmac.as_str())),
            id_number_mask: id_number.map(|number| number.map(|number| number.mask.as_str())),
            version: before.version + 1,
            updated_at: tx.now,
            initials: changes.name.as_deref().map(initials::of_person),
            sort_key: changes.name.as_deref().map(readings::sort_key),
        })
        .execute(tx.conn)?;
    version.require_one_row(changed)?;
    let after = find_serving(tx.conn, user, id)?;
    tx.updated("teacher", id, &before, &after)?;
    tx.publish(ChangeType::TeacherUpdated, [id]);
    Ok(after)
}

/// Transfers a teacher to another organization.
///
/// # Errors
/// 404 if the teacher does not serve in the scope; otherwise those of [`plan::transfer`].
pub fn transfer(tx: &mut Tx<'_>, user: &CurrentUser, id: TeacherId, new: &CreateTransfer) -> Result<TeacherView> {
    lock(tx.conn, id)?;
    let before = find_serving(tx.conn, user, id)?;
    visible_organization(tx.conn, &user.scope, new.organization_id, "/organization_id")?;
    let author = Author::of(user, tx.now);
    let (to, reason) = ((new.organization_id, new.starts_on), new.reason.as_deref().map(str::trim));
    change_service(tx, &author, id, None, "transfer", |pending| {
        plan::transfer(pending.rows(id), &author, id, to, reason)
    })?;
    let after = find_serving(tx.conn, user, id)?;
    tx.audit("transfer", "teacher", id, Some(&before), Some(&after))?;
    Ok(after)
}
