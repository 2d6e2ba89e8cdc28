//! Closing training years 年度结账.

use songjiao_types::years::{CloseYear, ReopenYear, YearDetailView, YearQuery, YearsView};

use super::{ApiResult, Client, Fetched, Get};

/// Lists the training years of a bureau.
pub fn list_years(query: &YearQuery) -> Get<YearsView> {
    Get::list("/years", query)
}

/// Closes a year of the caller's bureau.
pub async fn close_year(client: &Client, year: i32, body: &CloseYear) -> ApiResult<Fetched<YearDetailView>> {
    client.post(&format!("/years/{year}/close"), body).await
}

/// Reopens a closed year of the caller's bureau.
pub async fn reopen_year(client: &Client, year: i32, body: &ReopenYear) -> ApiResult<Fetched<YearDetailView>> {
    client.post(&format!("/years/{year}/reopen"), body).await
}
