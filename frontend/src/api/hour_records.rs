//! Hour records 学时记录: read, entered, and decided on; never changed.

use songjiao_types::{
    HourRecordId, Page,
    hour_records::{
        CreateHourRecord, DuplicatePair, HourRecordReason, HourRecordView, RecognizeHourRecords, ResolveDuplicate,
    },
};

use super::{ApiResult, Client, Fetched, Get};
use crate::query::Query;

/// The filters that a list of hour records takes.
pub const FILTERS: &[&str] = &[
    "q",
    "teacher_id",
    "organization_id",
    "training_year",
    "status",
    "level",
    "mode",
    "source",
    "project_id",
    "suspected",
];

/// A page of the hour records in scope.
pub fn list_hour_records(query: &Query) -> Get<Page<HourRecordView>> {
    Get::list("/hour-records", query)
}

/// The file of a year's recognised hours for the national teacher system: where it is.
pub fn annual_return(year: i32, organization: &str) -> String {
    let query = Query::new().with("training_year", year.to_string()).with("organization_id", organization);
    query.on("/hour-records/annual-return")
}

/// One hour record.
pub fn find_hour_record(id: HourRecordId) -> Get<HourRecordView> {
    Get::new(format!("/hour-records/{id}"))
}

/// Enters hours.
pub async fn create_hour_record(client: &Client, body: &CreateHourRecord) -> ApiResult<Fetched<HourRecordView>> {
    client.post("/hour-records", body).await
}

/// Recognises one that is pending.
pub async fn recognize_hour_record(client: &Client, id: HourRecordId) -> ApiResult<Fetched<HourRecordView>> {
    client.post(&format!("/hour-records/{id}/recognize"), &()).await
}

/// Recognises several that are pending, all of them or none.
pub async fn recognize_hour_records(client: &Client, body: &RecognizeHourRecords) -> ApiResult<()> {
    client.post_silent("/hour-records/recognize", body).await
}

/// Rejects one that is pending.
pub async fn reject_hour_record(
    client: &Client,
    id: HourRecordId,
    body: &HourRecordReason,
) -> ApiResult<Fetched<HourRecordView>> {
    client.post(&format!("/hour-records/{id}/reject"), body).await
}

/// Voids one that was recognised.
pub async fn void_hour_record(
    client: &Client,
    id: HourRecordId,
    body: &HourRecordReason,
) -> ApiResult<Fetched<HourRecordView>> {
    client.post(&format!("/hour-records/{id}/void"), body).await
}

/// A suspected record beside the one of which it seems to tell again.
pub fn find_duplicate_pair(id: HourRecordId) -> Get<DuplicatePair> {
    Get::new(format!("/hour-records/{id}/duplicate"))
}

/// Says which of the two counts.
pub async fn resolve_duplicate(
    client: &Client,
    id: HourRecordId,
    body: &ResolveDuplicate,
) -> ApiResult<Fetched<DuplicatePair>> {
    client.post(&format!("/hour-records/{id}/resolve-duplicate"), body).await
}
