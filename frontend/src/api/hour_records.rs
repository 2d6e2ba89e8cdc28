//! Hour records 学时记录. They are created and decided on, never changed.

use songjiao_types::{
    HourRecordId, Page,
    hour_records::{
        AnnualReturnQuery, CreateHourRecord, DecideHourRecords, DecidedHourRecords, HourRecordQuery, HourRecordReason,
        HourRecordView, RecognizeHourRecord, RecognizeHourRecords, WithdrawHourRecord,
    },
};

use super::{ApiResult, Client, Fetched, Get};
use crate::query::with_query;

/// Lists the hour records in scope, a page at a time.
pub fn list_hour_records(query: &HourRecordQuery) -> Get<Page<HourRecordView>> {
    Get::list("/hour-records", query)
}

/// The path of a year's recognised hours as a file for the national teacher system.
pub fn annual_return(query: &AnnualReturnQuery) -> String {
    with_query("/hour-records/annual-return", query)
}

/// One hour record.
pub fn find_hour_record(id: HourRecordId) -> Get<HourRecordView> {
    Get::new(format!("/hour-records/{id}"))
}

/// Creates an hour record.
pub async fn create_hour_record(client: &Client, body: &CreateHourRecord) -> ApiResult<Fetched<HourRecordView>> {
    client.post("/hour-records", body).await
}

/// Recognises a pending record.
pub async fn recognize_hour_record(
    client: &Client,
    id: HourRecordId,
    body: &RecognizeHourRecord,
) -> ApiResult<Fetched<HourRecordView>> {
    client.post(&format!("/hour-records/{id}/recognize"), body).await
}

/// Recognises several pending records. If one is refused, none is recognised.
pub async fn recognize_hour_records(client: &Client, body: &RecognizeHourRecords) -> ApiResult<()> {
    client.post_silent("/hour-records/recognize", body).await
}

/// Decides on the pending records that a filter matches, or counts them.
pub async fn decide_hour_records(client: &Client, body: &DecideHourRecords) -> ApiResult<Fetched<DecidedHourRecords>> {
    client.post("/hour-records/decide", body).await
}

/// Rejects a pending record.
pub async fn reject_hour_record(
    client: &Client,
    id: HourRecordId,
    body: &HourRecordReason,
) -> ApiResult<Fetched<HourRecordView>> {
    client.post(&format!("/hour-records/{id}/reject"), body).await
}

/// Voids a recognised record.
pub async fn void_hour_record(
    client: &Client,
    id: HourRecordId,
    body: &HourRecordReason,
) -> ApiResult<Fetched<HourRecordView>> {
    client.post(&format!("/hour-records/{id}/void"), body).await
}

/// Withdraws a pending record that the user submitted.
pub async fn withdraw_hour_record(client: &Client, id: HourRecordId) -> ApiResult<Fetched<HourRecordView>> {
    client.post(&format!("/hour-records/{id}/withdraw"), &WithdrawHourRecord::default()).await
}

/// Returns a pending record for correction.
pub async fn return_hour_record(
    client: &Client,
    id: HourRecordId,
    body: &HourRecordReason,
) -> ApiResult<Fetched<HourRecordView>> {
    client.post(&format!("/hour-records/{id}/return"), body).await
}

/// Restores a rejected or voided record by a new one, which is the answer.
pub async fn restore_hour_record(
    client: &Client,
    id: HourRecordId,
    body: &HourRecordReason,
) -> ApiResult<Fetched<HourRecordView>> {
    client.post(&format!("/hour-records/{id}/restore"), body).await
}
