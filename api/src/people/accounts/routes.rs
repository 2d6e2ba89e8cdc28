use actix_web::{HttpRequest, HttpResponse, get, post, web};
use songjiao_types::{
    ErrorCode, Page,
    accounts::{
        AccountQuery, AccountView, ActivateAccount, ActivatedAccount, IssueCodes, IssuedCodes, OpenSchoolAccounts,
        OpenTeacherAccounts, OpenedAccounts,
    },
};
use utoipa_actix_web::service_config::ServiceConfig;

use super::{
    codes::{self, Refused},
    listing, opening,
};
use crate::{
    auth::{
        self, CurrentUser,
        attempts::{self, Attempt},
        password,
        profile::PasswordProfile,
        routes::anonymous_actor,
    },
    db::Database,
    error::{ApiError, Result},
    http::{
        export::{self, Accepted},
        extract::{ValidJson, ValidQuery},
        idempotency::{SecretsShownOnce, WithSecret},
        listing::PageRequest,
        problems::client_address,
    },
    people::teachers::identity::IdNumbers,
};

/// In place of a user name, for attempts at codes.
const ACTIVATION: &str = "#activation";

/// Registers the operations.
pub fn configure(config: &mut ServiceConfig) {
    config
        .service(list_accounts)
        .service(open_teacher_accounts)
        .service(open_school_accounts)
        .service(issue_codes)
        .service(activate_account);
}

impl WithSecret for IssuedCodes {
    fn without_secret(&self) -> Self {
        let mut hidden = self.clone();
        hidden.slips.iter_mut().for_each(|slip| slip.code.clear());
        hidden
    }
}

/// List the teachers in scope with their accounts
///
/// Includes teachers without an account. The state tells who has never signed in.
#[utoipa::path(
    tag = "accounts",
    security(("bearer" = ["accounts.manage"])),
    params(AccountQuery),
    responses((status = 200, description = "A page, or a file of all rows", body = Page<AccountView>, extensions(("x-files" = json!(true)))))
)]
#[get("/accounts")]
pub async fn list_accounts(
    db: web::Data<Database>,
    user: CurrentUser,
    ValidQuery(query): ValidQuery<AccountQuery>,
    accepted: Accepted,
) -> Result<HttpResponse> {
    let page = PageRequest::of(&query)?;
    export::list(&db, accepted, page, move |conn, page| listing::list(conn, &user, &query, page)).await
}

/// Open accounts for teachers
///
/// The accounts have no password: issue activation codes to their owners next. Teachers who have an account keep it.
/// Schools open accounts of the role `teacher`; those of teams need the permission to form teams.
#[utoipa::path(
    tag = "accounts",
    security(("bearer" = ["accounts.manage"])),
    request_body(
        content = OpenTeacherAccounts,
        example = json!({ "teacher_ids": ["019325a0-7d3c-7e41-8f4b-2f1c6a5d9e10"], "username_pattern": "{teacher_no}" })
    ),
    responses((status = 201, description = "The new accounts, and teachers without one", body = OpenedAccounts))
)]
#[post("/accounts/teachers")]
pub async fn open_teacher_accounts(
    db: web::Data<Database>,
    user: CurrentUser,
    ValidJson(new): ValidJson<OpenTeacherAccounts>,
) -> Result<HttpResponse> {
    let opened = db.write(user.actor(), move |tx| opening::open_for_teachers(tx, &user, &new)).await?;
    Ok(HttpResponse::Created().json(opened))
}

/// Open accounts for schools
///
/// One of the role `school_admin` for each school and kindergarten that has none. The accounts have no password: issue
/// activation codes next.
#[utoipa::path(
    tag = "accounts",
    security(("bearer" = ["users.write"])),
    request_body = OpenSchoolAccounts,
    responses((status = 201, description = "The new accounts, and schools without one", body = OpenedAccounts))
)]
#[post("/accounts/schools")]
pub async fn open_school_accounts(
    db: web::Data<Database>,
    user: CurrentUser,
    ValidJson(new): ValidJson<OpenSchoolAccounts>,
) -> Result<HttpResponse> {
    let opened = db.write(user.actor(), move |tx| opening::open_for_schools(tx, &user, &new)).await?;
    Ok(HttpResponse::Created().json(opened))
}

/// Issue activation codes
///
/// For new accounts and forgotten passwords. The codes are shown this once; a former code of the same user ends. A
/// password stays valid until the code is used.
#[utoipa::path(
    tag = "accounts",
    security(("bearer" = ["accounts.manage"])),
    request_body(
        content = IssueCodes,
        example = json!({ "user_ids": ["019325a0-7d3c-7e41-8f4b-2f1c6a5d9e10"], "valid_days": 14 })
    ),
    responses((status = 200, description = "The codes, each with what its slip says", body = IssuedCodes))
)]
#[post("/accounts/codes")]
pub async fn issue_codes(
    db: web::Data<Database>,
    user: CurrentUser,
    ValidJson(request): ValidJson<IssueCodes>,
) -> Result<SecretsShownOnce<IssuedCodes>> {
    db.write(user.actor(), move |tx| codes::issue(tx, &user, &request)).await.map(SecretsShownOnce)
}

/// Activate an account
///
/// The owner gives the code and, where it is recorded, the last six characters of the ID number, and sets the password. The
/// code is used up, and all sessions of the user end. The response does not say what was wrong. Five wrong ID numbers end a
/// code and lock the check for a while, for longer with each round; 20 unknown codes lock the network that they come from
/// for a quarter of an hour.
#[utoipa::path(
    tag = "auth",
    security(()),
    request_body = ActivateAccount,
    responses((status = 200, description = "Activated: sign in next", body = ActivatedAccount))
)]
#[post("/auth/activate")]
pub async fn activate_account(
    db: web::Data<Database>,
    id_numbers: web::Data<IdNumbers>,
    password_profile: web::Data<PasswordProfile>,
    request: HttpRequest,
    ValidJson(activation): ValidJson<ActivateAccount>,
) -> Result<web::Json<ActivatedAccount>> {
    let profile = **password_profile;
    let actor = anonymous_actor(&request, "");
    let attempt = Attempt::new(ACTIVATION, client_address(&request));
    let (counted, asked) = (attempt.clone(), activation.clone());
    let proof = db
        .write(actor.clone(), move |tx| {
            attempts::check_unnamed(tx, &counted)?;
            let proof = codes::prove(tx, &id_numbers, &asked)?;
            if let Err(Refused::Code) = proof {
                attempts::fail_unnamed(tx, &counted)?;
            }
            Ok(proof)
        })
        .await?;
    let proof = proof.map_err(|_| ApiError::new(ErrorCode::ActivationRefused))?;
    let (user, username) = (proof.user, proof.username.clone());
    let earlier = db.read(move |conn| auth::earlier_passwords(conn, profile, user)).await?;
    let hash = password::check_and_hash(profile, activation.password, username.clone(), earlier, "/password").await?;
    db.write(actor, move |tx| {
        codes::activate(tx, &proof, &hash, activation.notice_version)?;
        attempts::succeed_unnamed(tx, &attempt)
    })
    .await?;
    Ok(web::Json(ActivatedAccount { username }))
}
