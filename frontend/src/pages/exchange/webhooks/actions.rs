//! The actions on a webhook: test, pause or resume, edit, rotate the secret, delete.

use songjiao_types::webhooks::{IssuedWebhook, UpdateWebhook, WebhookStatus, WebhookView};
use yew::prelude::*;

use super::rotate::RotateForm;
use crate::{
    api::webhooks::{delete_webhook, test_webhook, update_webhook},
    components::{ActionButton, Button, ButtonKind, ButtonLink, ConfirmButton, Dialog, IconName, Success, Work},
    hooks::set_to,
    route::Route,
};

/// Properties of [`Actions`].
#[derive(Properties, PartialEq)]
pub struct ActionsProps {
    pub webhook: WebhookView,
    pub etag: String,
    /// Gets a new secret, to be shown.
    pub onissued: Callback<IssuedWebhook>,
    pub reload: Callback<()>,
}

/// The buttons of the page and their dialogs.
#[component]
pub fn Actions(props: &ActionsProps) -> Html {
    let ActionsProps { webhook, onissued, reload, .. } = props;
    let rotating = use_state(|| false);
    let (id, name) = (webhook.id, &webhook.name);
    let issued = {
        let (rotating, onissued) = (rotating.clone(), onissued.clone());
        Callback::from(move |issued: IssuedWebhook| {
            rotating.set(false);
            onissued.emit(issued);
        })
    };
    let test = Work::new(move |client, ()| async move {
        test_webhook(&client, id).await?;
        Ok(Success::toast(t!("测试消息已发出，结果见推送记录")))
    });
    html! {
        <>
            if webhook.status == WebhookStatus::Active {
                <ActionButton kind={ButtonKind::Primary} icon={IconName::Send} text={t!("发送测试")} work={test} onsettled={reload} />
                <ConfirmButton kind={ButtonKind::Secondary} icon={IconName::Pause} text={t!("暂停")} title={t!("暂停推送“{name}”？", name)} confirm={t!("暂停推送")}
                    danger=false work={switch(props, false)} onsettled={reload}>
                    <p>{ t!("暂停期间不发送任何消息；其间的变更会保留，启用后按顺序补发。") }</p>
                </ConfirmButton>
            } else {
                <ActionButton kind={ButtonKind::Primary} icon={IconName::Check} text={t!("启用")} work={switch(props, true)} onsettled={reload} />
            }
            <ButtonLink to={Route::EditWebhook { id }} icon={IconName::Edit}>{ t!("编辑") }</ButtonLink>
            <Button icon={IconName::Key} onclick={set_to(&rotating, true)}>{ t!("轮换签名密钥") }</Button>
            <Dialog open={*rotating} title={t!("轮换“{name}”的签名密钥", name)} onclose={set_to(&rotating, false)}>
                <RotateForm webhook={webhook.clone()} onissued={issued} oncancel={set_to(&rotating, false)} />
            </Dialog>
            <ConfirmButton icon={IconName::Trash} text={t!("删除")} title={t!("删除推送“{name}”？", name)} confirm={t!("删除推送")} work={delete(props)}
                onsettled={reload}>
                <p>{ t!("删除后不再发送任何消息，推送记录一并删除，不能恢复。只想暂时停止时，请用“暂停”。") }</p>
            </ConfirmButton>
        </>
    }
}

/// Pauses or resumes the webhook.
fn switch(props: &ActionsProps, active: bool) -> Work<()> {
    let (id, etag) = (props.webhook.id, props.etag.clone());
    Work::new(move |client, ()| {
        let etag = etag.clone();
        async move {
            let body = UpdateWebhook { active: Some(active), ..UpdateWebhook::default() };
            update_webhook(&client, id, &etag, &body).await?;
            Ok(Success::toast(if active {
                t!("推送已启用，停用期间的变更正在补发")
            } else {
                t!("推送已暂停")
            }))
        }
    })
}

fn delete(props: &ActionsProps) -> Work<()> {
    let (id, name, etag) = (props.webhook.id, props.webhook.name.clone(), props.etag.clone());
    Work::new(move |client, ()| {
        let (name, etag) = (name.clone(), etag.clone());
        async move {
            delete_webhook(&client, id, &etag).await?;
            Ok(Success::toast(t!("推送“{name}”已删除", name)).replace(Route::Webhooks))
        }
    })
}
