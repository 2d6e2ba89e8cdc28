use actix_web::{Either, HttpResponse, get, post, put, web};
use songjiao_types::{
    ActivityId,
    attendance::{AttendanceSheet, RecordAttendance},
};
use utoipa_actix_web::service_config::ServiceConfig;

use super::{export, store};
use crate::{
    auth::CurrentUser,
    db::{Database, DbConnection},
    error::Result,
    http::{
        etag::{IfMatch, Tagged},
        export::{Accepted, Format},
        extract::{PathId, ValidJson},
        listing::PageRequest,
    },
};

pub fn configure(config: &mut ServiceConfig) {
    config.service(find_attendance).service(record_attendance).service(replace_attendance);
}

/// Get the attendance sheet of an activity
///
/// The sheet has a row for each participant who has a place. Callers who neither plan, host nor run the project see
/// only the rows of their own scope. A file of the sheet can be filled in and imported.
#[utoipa::path(
    tag = "attendance",
    security(("bearer" = ["projects.read"])),
    params(("id" = ActivityId, Path)),
    responses((
        status = 200,
        description = "The sheet, whose version is the ETag, or a file of all rows",
        body = AttendanceSheet,
        extensions(("x-files" = json!(true)), ("x-etag" = json!(true)))
    ))
)]
#[get("/activities/{id}/attendance")]
pub async fn find_attendance(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<ActivityId>,
    accepted: Accepted,
) -> Result<Either<Tagged<AttendanceSheet>, HttpResponse>> {
    if accepted.format == Format::Json {
        return db.read(move |conn| store::find(conn, &user, id)).await.map(Tagged::from).map(Either::Left);
    }
    let rows = move |conn: &mut DbConnection, _: &PageRequest| export::list(conn, &user, id);
    crate::http::export::list(&db, accepted, PageRequest::of_export(None), rows).await.map(Either::Right)
}

/// Record entries of an attendance sheet
///
/// Other entries stay unchanged. Entries mark the day that they name, or every day of the activity. They are recorded from
/// that day on (422 `day_ahead`), while the phase is active (otherwise 409 `wrong_state`), for participants whom the day
/// concerns (422 `not_concerned`) and who were in service (422 `not_in_service`).
#[utoipa::path(
    tag = "attendance",
    security(("bearer" = ["attendance.write"])),
    params(("id" = ActivityId, Path)),
    request_body = RecordAttendance,
    responses((status = 200, description = "The sheet; its version is the ETag", body = AttendanceSheet, extensions(("x-etag" = json!(true)))))
)]
#[post("/activities/{id}/attendance")]
pub async fn record_attendance(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<ActivityId>,
    ValidJson(sheet): ValidJson<RecordAttendance>,
) -> Result<Tagged<AttendanceSheet>> {
    db.write(user.actor(), move |tx| store::record(tx, &user, id, &sheet, None)).await.map(Tagged::from)
}

/// Replace an attendance sheet
///
/// Participants without an entry become unmarked, for the day that the entries name or for all. `If-Match` takes the sheet's version, so that concurrent changes are
/// not overwritten.
#[utoipa::path(
    tag = "attendance",
    security(("bearer" = ["attendance.write"])),
    params(("id" = ActivityId, Path)),
    request_body = RecordAttendance,
    responses((status = 200, description = "The sheet; its version is the ETag", body = AttendanceSheet, extensions(("x-etag" = json!(true)))))
)]
#[put("/activities/{id}/attendance")]
pub async fn replace_attendance(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<ActivityId>,
    version: IfMatch,
    ValidJson(sheet): ValidJson<RecordAttendance>,
) -> Result<Tagged<AttendanceSheet>> {
    let recorded = db.write(user.actor(), move |tx| store::record(tx, &user, id, &sheet, Some(version))).await;
    recorded.map(Tagged::from)
}
