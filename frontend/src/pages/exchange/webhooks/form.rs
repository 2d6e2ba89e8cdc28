//! The pages that create and edit a webhook.

use std::rc::Rc;

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
    components::{EditForm, Extras, FormPage, IdProps, OrganizationField, TextField, edit_page, loaded, save_with},
    hooks::{Errors, Form, bind, use_page_form, use_query, use_submit},
    i18n::heading,
    route::Route,
    session::use_session,
};

/// The values of the fields.
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

    /// The errors of the fields of both pages.
    fn errors(&self) -> Errors {
        let mut errors = Errors::required(&[("/name", &self.name), ("/url", &self.url)]);
        if !self.everything && self.types.is_empty() {
            errors.push("/types", t!("请至少选择一种变更"));
        }
        errors
    }

    /// The types as the API takes them: no types are all types.
    fn wire_types(&self) -> Vec<ChangeType> {
        if self.everything { Vec::new() } else { self.types.clone() }
    }

    fn to_create(&self) -> Result<CreateWebhook, Vec<FieldError>> {
        let mut errors = self.errors();
        let organization_id = errors.chosen("/organization_id", self.organization_id, t!("请选择单位"));
        errors.build(|| {
            Some(CreateWebhook {
                name: self.name.trim().to_owned(),
                url: self.url.trim().to_owned(),
                organization_id: organization_id?,
                types: self.wire_types(),
            })
        })
    }

    fn to_update(&self) -> Result<UpdateWebhook, Vec<FieldError>> {
        self.errors().build(|| {
            Some(UpdateWebhook {
                name: Some(self.name.trim().to_owned()),
                url: Some(self.url.trim().to_owned()),
                types: Some(self.wire_types()),
                active: None,
            })
        })
    }
}

/// The fields of both pages, around those of a new webhook alone.
fn fields(form: &Form<Draft>, more: Html) -> Html {
    let mut types = bind!(form.types);
    // The API may point to a single type.
    let refused = form.status().errors.into_iter().find(|error| error.pointer.starts_with("/types"));
    types.error = refused.map(|error| error.message.into());
    html! {
        <>
            <TextField label={heading::<WebhookView>("name")} required=true maxlength="64" autofocus=true hint={t!("接收方的名称，例如“省教师培训平台”。")}
                bind={bind!(form.name)} />
            { more }
            <TextField label={heading::<WebhookView>("url")} required=true r#type="url" inputmode="url" maxlength="2000" placeholder="https://"
                hint={t!("接收方提供的公网地址，以 https:// 开头；平台向它发送 POST 请求。")}
                bind={bind!(form.url)} />
            <TypesField everything={bind!(form.everything)} {types} />
        </>
    }
}

/// Creates a webhook, and shows its secret before going on to its page.
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
    let open_page = {
        let issued = issued.clone();
        Callback::from(move |()| {
            if let Some(issued) = &*issued {
                navigator.replace(&Route::Webhook { id: issued.webhook.id });
            }
        })
    };
    let organization = html! {
        <OrganizationField label={t!("单位")} required=true hint={t!("只推送该单位及其下属单位的变更。创建后不能修改。")}
            bind={bind!(form.organization_id)} />
    };
    html! {
        <>
            <FormPage title={t!("新建事件推送")} crumbs={vec![list_crumb()]} status={form.status()} onsubmit={submit} submit={t!("创建推送")}
                cancel={Route::Webhooks}>
                { fields(&form, organization) }
            </FormPage>
            { secret(issued.as_ref(), open_page) }
        </>
    }
}

/// Edits a webhook.
#[component]
pub fn EditPage(props: &IdProps<WebhookId>) -> Html {
    let id = props.id;
    let load = use_query(Some(find_webhook(id)));
    loaded(&load, |webhook| {
        let form = EditForm {
            title: t!("编辑事件推送"),
            list: list_crumb(),
            name: webhook.name.clone(),
            page: Route::Webhook { id },
            draft: Draft::of(webhook),
            wire: Rc::new(Draft::to_update),
            fields: Rc::new(|form| fields(form, Html::default())),
            save: save_with(
                &load,
                move |client, etag, body| async move { update_webhook(&client, id, &etag, &body).await },
            ),
            extras: Extras {
                subtitle: html! { t!("单位：{name}", name = webhook.organization.name) },
                ..Extras::default()
            },
        };
        edit_page(&load, webhook.version, form)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hooks::pointers;

    #[test]
    fn all_missing_fields_are_reported_at_once() {
        let mut draft = Draft { everything: false, ..Draft::new(None) };
        assert_eq!(pointers(draft.to_create()), ["/name", "/url", "/types", "/organization_id"]);
        assert_eq!(pointers(draft.to_update()), ["/name", "/url", "/types"]);
        draft.everything = true;
        assert_eq!(pointers(draft.to_create()), ["/name", "/url", "/organization_id"]);
    }

    #[test]
    fn all_changes_are_sent_as_an_empty_list_of_types() {
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
