use actix_web::{get, post, put, web};
use songjiao_types::{
    ActivityId,
    attendance::{AttendanceSheet, RecordAttendance},
};
use utoipa_actix_web::service_config::ServiceConfig;

use super::store;
use crate::{
    app::AppState,
    auth::CurrentUser,
    error::Result,
    etag::{IfMatch, Tagged},
    extract::{PathId, ValidJson},
};

pub fn configure(config: &mut ServiceConfig) {
    config.service(find_attendance).service(record_attendance).service(replace_attendance);
}

fn tagged(sheet: AttendanceSheet) -> Tagged<AttendanceSheet> {
    let version = sheet.version;
    Tagged::ok(sheet, version)
}

/// The attendance sheet of an activity: a row for each admitted participant
///
/// Who neither plans, hosts nor runs the project sees the rows of the own scope alone.
#[utoipa::path(
    tag = "attendance",
    security(("bearer" = ["projects.read"])),
    params(("id" = ActivityId, Path)),
    responses((status = 200, description = "The sheet; its version is the ETag", body = AttendanceSheet))
)]
#[get("/activities/{id}/attendance")]
pub async fn find_attendance(
    state: web::Data<AppState>,
    user: CurrentUser,
    PathId(id): PathId<ActivityId>,
) -> Result<Tagged<AttendanceSheet>> {
    state.db.read(move |conn| store::find(conn, &user, id)).await.map(tagged)
}

/// Record entries of an attendance sheet; the others stay
///
/// While the phase is active. Once its hours were issued, nothing changes.
#[utoipa::path(
    tag = "attendance",
    security(("bearer" = ["attendance.write"])),
    params(("id" = ActivityId, Path)),
    request_body = RecordAttendance,
    responses((status = 200, description = "The sheet; its version is the ETag", body = AttendanceSheet))
)]
#[post("/activities/{id}/attendance")]
pub async fn record_attendance(
    state: web::Data<AppState>,
    user: CurrentUser,
    PathId(id): PathId<ActivityId>,
    ValidJson(sheet): ValidJson<RecordAttendance>,
) -> Result<Tagged<AttendanceSheet>> {
    state.db.write(user.actor(), move |tx| store::record(tx, &user, id, &sheet.entries, None)).await.map(tagged)
}

/// Record a whole attendance sheet: who is not on it is not marked
///
/// `If-Match` takes the sheet's version, so that nobody overwrites what they have not seen.
#[utoipa::path(
    tag = "attendance",
    security(("bearer" = ["attendance.write"])),
    params(("id" = ActivityId, Path)),
    request_body = RecordAttendance,
    responses((status = 200, description = "The sheet; its version is the ETag", body = AttendanceSheet))
)]
#[put("/activities/{id}/attendance")]
pub async fn replace_attendance(
    state: web::Data<AppState>,
    user: CurrentUser,
    PathId(id): PathId<ActivityId>,
    version: IfMatch,
    ValidJson(sheet): ValidJson<RecordAttendance>,
) -> Result<Tagged<AttendanceSheet>> {
    let recorded =
        state.db.write(user.actor(), move |tx| store::record(tx, &user, id, &sheet.entries, Some(version))).await;
    recorded.map(tagged)
}
