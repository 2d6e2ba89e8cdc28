//! Accounts of teachers and schools: opening, activation codes, activation.

use songjiao_types::{
    Page,
    accounts::{
        AccountQuery, AccountView, ActivateAccount, ActivatedAccount, IssueCodes, IssuedCodes, OpenSchoolAccounts,
        OpenTeacherAccounts, OpenedAccounts,
    },
};

use super::{ApiResult, Client, Fetched, Get};

/// Lists the teachers in scope with their accounts, a page at a time.
pub fn list_accounts(query: &AccountQuery) -> Get<Page<AccountView>> {
    Get::list("/accounts", query)
}

/// Opens accounts for teachers.
pub async fn open_teacher_accounts(client: &Client, body: &OpenTeacherAccounts) -> ApiResult<Fetched<OpenedAccounts>> {
    client.post("/accounts/teachers", body).await
}

/// Opens accounts for schools.
pub async fn open_school_accounts(client: &Client, body: &OpenSchoolAccounts) -> ApiResult<Fetched<OpenedAccounts>> {
    client.post("/accounts/schools", body).await
}

/// Issues activation codes. The answer holds them this once.
pub async fn issue_codes(client: &Client, body: &IssueCodes) -> ApiResult<Fetched<IssuedCodes>> {
    client.post("/accounts/codes", body).await
}

/// Activates an account with its code.
pub async fn activate_account(client: &Client, body: &ActivateAccount) -> ApiResult<ActivatedAccount> {
    client.post_unsigned("/auth/activate", body).await
}
