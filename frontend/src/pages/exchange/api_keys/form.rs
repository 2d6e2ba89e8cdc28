//! The forms that create and edit a key.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use songjiao_types::{
    FieldError, OrganizationId, Permission, WireEnum,
    api_keys::{ApiKeyView, CreateApiKey, IssuedApiKey, UpdateApiKey},
};
use web_sys::HtmlInputElement;
use yew::prelude::*;

use crate::{
    api::api_keys::{create_api_key, update_api_key},
    components::{DateField, FormView, IconName, OrganizationField, TextField, use_save},
    format,
    hooks::{Bind, Errors, bind, check, code_text, required, use_form, use_submit},
    i18n::heading,
    session::use_session,
};

/// The values of the fields.
#[derive(Clone, Default)]
struct Draft {
    name: String,
    organization_id: Option<OrganizationId>,
    scopes: Vec<Permission>,
    source: String,
    /// The last day of validity; `None`: the key does not expire.
    last_day: Option<NaiveDate>,
}

/// The end of a day in Asia/Shanghai, which has no daylight saving time.
fn end_of(day: NaiveDate) -> Option<DateTime<Utc>> {
    day.and_hms_opt(15, 59, 59).map(|end| end.and_utc())
}

/// The day in Asia/Shanghai.
fn day_of(at: DateTime<Utc>) -> NaiveDate {
    (at + TimeDelta::hours(8)).date_naive()
}

impl Draft {
    fn of(key: &ApiKeyView) -> Self {
        Self { name: key.name.clone(), last_day: key.expires_at.map(day_of), ..Self::default() }
    }

    fn to_create(&self) -> Result<CreateApiKey, Vec<FieldError>> {
        let mut errors = Errors::required(&[("/name", &self.name)]);
        if self.scopes.is_empty() {
            errors.push("/scopes", t!("请至少选择一项权限"));
        }
        let organization_id = errors.chosen("/organization_id", self.organization_id, t!("请选择单位"));
        // The field is shown for this permission alone.
        let submits = self.scopes.contains(&Permission::HoursSubmit);
        errors.build(|| {
            Some(CreateApiKey {
                name: self.name.trim().to_owned(),
                organization_id: organization_id?,
                scopes: self.scopes.clone(),
                source: Some(code_text(&self.source)).filter(|source| submits && !source.is_empty()),
                expires_at: self.last_day.and_then(end_of),
            })
        })
    }

    fn to_update(&self) -> Result<UpdateApiKey, Vec<FieldError>> {
        required(&[("/name", &self.name)])?;
        check(UpdateApiKey {
            name: Some(self.name.trim().to_owned()),
            expires_at: Some(self.last_day.and_then(end_of)),
        })
    }
}

/// Properties of [`CreateForm`].
#[derive(Properties, PartialEq)]
pub struct CreateFormProps {
    pub onissued: Callback<IssuedApiKey>,
    pub oncancel: Callback<()>,
}

/// Creates a key.
#[component]
pub fn CreateForm(props: &CreateFormProps) -> Html {
    let session = use_session();
    let form = use_form(|| Draft { organization_id: session.me().map(|me| me.organization.id), ..Draft::default() });
    let issued = props.onissued.clone();
    let submit = use_submit(
        &form,
        Draft::to_create,
        |client, body| async move { create_api_key(&client, &body).await },
        move |created| issued.emit(created.value),
    );
    let draft = form.draft();
    let offered =
        Permission::ALL.iter().copied().filter(|permission| permission.fits_a_key() && session.can(*permission));
    let mut scopes = bind!(form.scopes);
    // The API points to single scopes.
    let refused = form.status().errors.into_iter().find(|error| error.pointer.starts_with("/scopes"));
    scopes.error = refused.map(|error| error.message.into());
    html! {
        <FormView status={form.status()} onsubmit={submit} submit={t!("生成密钥")} oncancel={props.oncancel.clone()} label={t!("新建接口密钥")}>
            <TextField label={heading::<ApiKeyView>("name")} required=true maxlength="64" autofocus=true hint={t!("对接的系统或脚本，例如“省教师培训平台”。")}
                bind={bind!(form.name)} />
            <OrganizationField label={t!("单位")} required=true hint={t!("密钥只能访问该单位及其下属单位的数据。")} bind={bind!(form.organization_id)} />
            { last_day(form.bind("/expires_at", draft.last_day, |draft, day| draft.last_day = day)) }
            <ScopesField bind={scopes} offered={offered.collect::<Vec<_>>()} />
            if draft.scopes.contains(&Permission::HoursSubmit) {
                <TextField label={heading::<ApiKeyView>("source")} maxlength="64" placeholder="province"
                    hint={t!("选填：推送学时的平台，如 province。没有来源的密钥不能推送；同一单位的多个密钥可以共用一个来源。")} bind={bind!(form.source)} />
            }
        </FormView>
    }
}

fn last_day(bind: Bind<Option<NaiveDate>>) -> Html {
    html! {
        <DateField label={t!("到期日期")} min={Some(format::today())} hint={t!("当日结束后失效。不填则长期有效，直到吊销。")} {bind} />
    }
}

/// Properties of [`EditForm`].
#[derive(Properties, PartialEq)]
pub struct EditFormProps {
    pub api_key: ApiKeyView,
    pub ondone: Callback<()>,
    pub oncancel: Callback<()>,
}

/// Edits the name and the expiry of a key.
#[component]
pub fn EditForm(props: &EditFormProps) -> Html {
    let EditFormProps { api_key, ondone, oncancel } = props;
    let form = use_form(|| Draft::of(api_key));
    let done = ondone.clone();
    let submit = {
        let key = api_key.clone();
        use_save(
            &form,
            Draft::to_update,
            move |client, body| {
                let key = key.clone();
                async move { update_api_key(&client, &key, &body).await }
            },
            move |_| t!("修改已保存"),
            move |_| done.emit(()),
        )
    };
    let draft = form.draft();
    html! {
        <FormView status={form.status()} onsubmit={submit} submit={t!("保存修改")} narrow=true oncancel={oncancel.clone()}
            onstale={ondone.clone()} label={t!("编辑接口密钥")}>
            <TextField label={heading::<ApiKeyView>("name")} required=true maxlength="64" bind={bind!(form.name)} />
            { last_day(form.bind("/expires_at", draft.last_day, |draft, day| draft.last_day = day)) }
        </FormView>
    }
}

#[derive(Properties, PartialEq)]
struct ScopesFieldProps {
    bind: Bind<Vec<Permission>>,
    offered: Vec<Permission>,
}

/// The scopes as checkboxes.
#[component]
fn ScopesField(props: &ScopesFieldProps) -> Html {
    let Bind { id, value, error, onchange, .. } = &props.bind;
    let choice = |permission: Permission| {
        let (chosen, onchange) = (value.clone(), onchange.clone());
        let onchange = Callback::from(move |event: Event| {
            let mut next: Vec<Permission> = chosen.iter().copied().filter(|other| *other != permission).collect();
            if event.target_unchecked_into::<HtmlInputElement>().checked() {
                next.push(permission);
            }
            onchange.emit(next);
        });
        html! {
            <label class="scopes__one">
                <input type="checkbox" class="check" checked={value.contains(&permission)} {onchange} />
                <span>{ t!(permission.label()) }</span>
            </label>
        }
    };
    html! {
        <fieldset class={classes!("field", "field--wide", "scopes", error.is_some().then_some("field--bad"))} id={id.clone()}
            aria-describedby={error.is_some().then(|| format!("{id}-error"))}>
            <legend>{ t!("权限") }<span class="field__required" aria-hidden="true">{ "*" }</span></legend>
            <div class="scopes__all">{ for props.offered.iter().map(|permission| choice(*permission)) }</div>
            <p class="field__hint">{ t!("只选对接所需的权限。密钥不能管理账号，也不能生成其他密钥。") }</p>
            if let Some(error) = error {
                <p class="field__error" id={format!("{id}-error")}>{ IconName::Alert.draw() }{ error }</p>
            }
        </fieldset>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hooks::pointers;

    #[test]
    fn a_key_needs_a_name_an_organization_and_a_permission() {
        assert_eq!(pointers(Draft::default().to_create()), ["/name", "/scopes", "/organization_id"]);
        let whole = Draft {
            name: " 省平台 ".into(),
            organization_id: "019325a0-7d3c-7e41-8f4b-2f1c6a5d9e10".parse().ok(),
            scopes: vec![Permission::HoursRead],
            source: " province ".into(),
            last_day: None,
        };
        assert!(
            whole
                .to_create()
                .is_ok_and(|body| { body.name == "省平台" && body.expires_at.is_none() && body.source.is_none() })
        );
        let pushing = Draft { scopes: vec![Permission::HoursSubmit], ..whole };
        assert!(pushing.to_create().is_ok_and(|body| body.source.as_deref() == Some("province")));
    }

    #[test]
    fn a_key_is_valid_until_the_end_of_its_last_day_in_local_time() {
        let day = NaiveDate::from_ymd_opt(2027, 8, 31).expect("a day");
        let end = end_of(day).expect("a time");
        assert_eq!(end.to_rfc3339(), "2027-08-31T15:59:59+00:00");
        assert_eq!(day_of(end), day);
        assert_eq!(day_of(end + TimeDelta::seconds(1)), day.succ_opt().expect("a day"));
    }
}
