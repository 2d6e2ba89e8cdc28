//! Making and changing webhooks.

use songjiao_types::{
    FieldError, OrganizationId, WebhookId,
    changes::ChangeType,
    webhooks::{CreateWebhook, IssuedWebhook, UpdateWebhook, WebhookView},
};
use yew::prelude::*;
use yew_router::prelude::*;

use super::{
    common::{list_crumb, secret},
    types_field::TypesField,
};
use crate::{
    api::webhooks::{create_webhook, find_webhook, update_webhook},
    components::{Crumb, FormView, OrganizationField, PageHeader, Section, TextField, loaded, use_toasts},
    hooks::{Form, check, fault, required, use_page_form, use_query, use_submit},
    route::Route,
    session::use_session,
};

/// What the fields hold, of a new webhook and of one there already.
#[derive(Clone)]
struct Draft {
    name: String,
    url: String,
    organization_id: Option<OrganizationId>,
    everything: bool,
    types: Vec<ChangeType>,
}

impl Draft {
    fn new(organization_id: Option<OrganizationId>) -> Self {
        Self { name: String::new(), url: String::new(), organization_id, everything: true, types: Vec::new() }
    }

    fn of(webhook: &WebhookView) -> Self {
        Self {
            name: webhook.name.clone(),
            url: webhook.url.clone(),
            organization_id: Some(webhook.organization.id),
            everything: webhook.types.is_empty(),
            types: webhook.types.clone(),
        }
    }

    /// What is wrong with the fields that may be changed later, too.
    fn faults(&self) -> Vec<FieldError> {
        let mut faults = required(&[("/name", &self.name), ("/url", &self.url)]).err().unwrap_or_default();
        if !self.everything && self.types.is_empty() {
            faults.push(fault("/types", t!("请至少选择一种变更")));
        }
        faults
    }

    /// As the API has it: none are all.
    fn wire_types(&self) -> Vec<ChangeType> {
        if self.everything { Vec::new() } else { self.types.clone() }
    }

    fn to_create(&self) -> Result<CreateWebhook, Vec<FieldError>> {
        let mut faults = self.faults();
        match self.organization_id {
            Some(organization_id) if faults.is_empty() => check(CreateWebhook {
                name: self.name.trim().to_owned(),
                url: self.url.trim().to_owned(),
                organization_id,
                types: self.wire_types(),
            }),
            Some(_) => Err(faults),
            None => {
                faults.push(fault("/organization_id", t!("请选择单位")));
                Err(faults)
            }
        }
    }

    fn to_update(&self) -> Result<UpdateWebhook, Vec<FieldError>> {
        let faults = self.faults();
        if !faults.is_empty() {
            return Err(faults);
        }
        check(UpdateWebhook {
            name: Some(self.name.trim().to_owned()),
            url: Some(self.url.trim().to_owned()),
            types: Some(self.wire_types()),
            active: None,
        })
    }
}

/// The fields that a new webhook and one there already have in common, around what only a new one has.
fn fields(form: &Form<Draft>, more: Html) -> Html {
    let draft = form.draft();
    let mut types = form.bind("/types", draft.types.clone(), |draft, types| draft.types = types);
    // The API may name a type at fault by its place.
    let refused = form.status().errors.into_iter().find(|error| error.pointer.starts_with("/types"));
    types.error = refused.map(|error| error.message.into());
    html! {
        <>
            <TextField label={t!("名称")} required=true maxlength="64" autofocus=true hint={t!("接收方的名称，例如“省教师培训平台”。")}
                bind={form.bind("/name", draft.name.clone(), |draft, text| draft.name = text)} />
            { more }
            <TextField label={t!("接收网址")} required=true r#type="url" inputmode="url" maxlength="2000" placeholder="https://"
                hint={t!("接收方提供的公网地址，以 https:// 开头；平台向它发送 POST 请求。")}
                bind={form.bind("/url", draft.url.clone(), |draft, text| draft.url = text)} />
            <TypesField everything={form.bind("/everything", draft.everything, |draft, all| draft.everything = all)} {types} />
        </>
    }
}

/// Makes a webhook, and shows its secret before going on to its page.
#[component]
pub fn CreatePage() -> Html {
    let session = use_session();
    let navigator = use_navigator().expect("below the router");
    let issued = use_state(|| None::<IssuedWebhook>);
    let form = use_page_form(|| Draft::new(session.me().map(|me| me.organization.id)));
    let submit = {
        let issued = issued.clone();
        use_submit(
            &form,
            Draft::to_create,
            |client, body| async move { create_webhook(&client, &body).await },
            move |created| issued.set(Some(created.value)),
        )
    };
    let go_on = {
        let issued = issued.clone();
        Callback::from(move |()| {
            if let Some(issued) = &*issued {
                navigator.replace(&Route::Webhook { id: issued.webhook.id });
            }
        })
    };
    let organization_id = form.draft().organization_id;
    let organization = html! {
        <OrganizationField label={t!("单位")} required=true hint={t!("只推送该单位及其下属单位的变更。创建后不能修改。")}
            bind={form.bind("/organization_id", organization_id, |draft, id| draft.organization_id = id)} />
    };
    html! {
        <>
            <PageHeader title={t!("新建事件推送")} crumbs={vec![list_crumb()]} />
            <Section>
                <FormView status={form.status()} onsubmit={submit} submit={t!("创建推送")} cancel={Route::Webhooks} label={t!("新建事件推送")}>
                    { fields(&form, organization) }
                </FormView>
            </Section>
            { secret(issued.as_ref(), go_on) }
        </>
    }
}

/// What the page is of.
#[derive(Properties, PartialEq)]
pub struct EditPageProps {
    pub id: WebhookId,
}

/// Changes a webhook.
#[component]
pub fn EditPage(props: &EditPageProps) -> Html {
    let load = use_query(Some(find_webhook(props.id)));
    let (etag, reload) = (load.etag(), load.reload.clone());
    loaded(&load, |webhook| {
        html! {
            // Another version begins another draft: what somebody else changed is seen, not overwritten.
            <EditForm key={webhook.version} webhook={webhook.clone()} {etag} {reload} />
        }
    })
}

#[derive(Properties, PartialEq)]
struct EditFormProps {
    webhook: WebhookView,
    etag: String,
    reload: Callback<()>,
}

#[component]
fn EditForm(props: &EditFormProps) -> Html {
    let EditFormProps { webhook, etag, reload } = props;
    let id = webhook.id;
    let here = Route::Webhook { id };
    let toasts = use_toasts();
    let navigator = use_navigator().expect("below the router");
    let form = use_page_form(|| Draft::of(webhook));
    let submit = {
        let (etag, there) = (etag.clone(), here.clone());
        use_submit(
            &form,
            Draft::to_update,
            move |client, body| {
                let etag = etag.clone();
                async move { update_webhook(&client, id, &etag, &body).await }
            },
            move |_| {
                toasts.success(t!("修改已保存"));
                navigator.replace(&there);
            },
        )
    };
    let crumbs = vec![list_crumb(), Crumb::to(webhook.name.clone(), here.clone())];
    html! {
        <>
            <PageHeader title={t!("编辑事件推送")} {crumbs} subtitle={html! { t!("单位：{name}", name = webhook.organization.name) }} />
            <Section>
                <FormView status={form.status()} onsubmit={submit} submit={t!("保存修改")} cancel={here} onstale={reload.clone()} label={t!("编辑事件推送")}>
                    { fields(&form, Html::default()) }
                </FormView>
            </Section>
        </>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pointers<T>(outcome: Result<T, Vec<FieldError>>) -> Vec<String> {
        outcome.err().unwrap_or_default().into_iter().map(|fault| fault.pointer).collect()
    }

    #[test]
    fn everything_that_is_missing_is_named_at_once() {
        let mut draft = Draft { everything: false, ..Draft::new(None) };
        assert_eq!(pointers(draft.to_create()), ["/name", "/url", "/types", "/organization_id"]);
        assert_eq!(pointers(draft.to_update()), ["/name", "/url", "/types"]);
        draft.everything = true;
        assert_eq!(pointers(draft.to_create()), ["/name", "/url", "/organization_id"]);
    }

    #[test]
    fn everything_is_sent_as_no_types() {
        let mut draft = Draft {
            name: " 省平台 ".into(),
            url: " https://platform.example.com/hooks ".into(),
            organization_id: "019325a0-7d3c-7e41-8f4b-2f1c6a5d9e10".parse().ok(),
            everything: true,
            types: vec![ChangeType::HourRecordVoided],
        };
        assert!(draft.to_create().is_ok_and(|body| body.types.is_empty() && body.name == "省平台"));
        draft.everything = false;
        assert!(draft.to_update().is_ok_and(|body| body.types == Some(vec![ChangeType::HourRecordVoided])));
    }
}
