//! What can be done with a webhook: another address, a pause, a trial, another secret, its end.

use songjiao_types::webhooks::{IssuedWebhook, UpdateWebhook, WebhookStatus, WebhookView};
use yew::prelude::*;
use yew_router::prelude::*;

use super::rotate::RotateForm;
use crate::{
    api::{
        ApiResult,
        webhooks::{delete_webhook, test_webhook, update_webhook},
    },
    components::{Button, ButtonKind, ButtonLink, ConfirmDialog, Dialog, IconName, use_toasts},
    hooks::{Action, set_to, use_action},
    route::Route,
};

/// Which dialog is open.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Asking {
    Nothing,
    Pause,
    Rotate,
    Delete,
}

/// What [`Actions`] is given.
#[derive(Clone, Properties, PartialEq)]
pub struct ActionsProps {
    pub webhook: WebhookView,
    pub etag: String,
    /// Gets a new secret, to be shown.
    pub onissued: Callback<IssuedWebhook>,
    pub reload: Callback<()>,
}

/// The buttons of the page, with their dialogs.
#[component]
pub fn Actions(props: &ActionsProps) -> Html {
    let ActionsProps { webhook, onissued, .. } = props;
    let asking = use_state(|| Asking::Nothing);
    let cancel = set_to(&asking, Asking::Nothing);
    let switch = use_switch(props.clone(), cancel.clone());
    let delete = use_delete(props.clone(), cancel.clone());
    let issued = {
        let (cancel, onissued) = (cancel.clone(), onissued.clone());
        Callback::from(move |issued: IssuedWebhook| {
            cancel.emit(());
            onissued.emit(issued);
        })
    };
    let active = webhook.status == WebhookStatus::Active;
    let name = &webhook.name;
    html! {
        <>
            if active {
                <TestButton ..props.clone() />
                <Button icon={IconName::Pause} onclick={set_to(&asking, Asking::Pause)}>{ t!("暂停") }</Button>
            } else {
                <Button kind={ButtonKind::Primary} icon={IconName::Check} busy={switch.busy} onclick={switch.run.reform(|_| true)}>{ t!("启用") }</Button>
            }
            <ButtonLink to={Route::EditWebhook { id: webhook.id }} icon={IconName::Edit}>{ t!("编辑") }</ButtonLink>
            <Button icon={IconName::Key} onclick={set_to(&asking, Asking::Rotate)}>{ t!("轮换签名密钥") }</Button>
            <Button kind={ButtonKind::Danger} icon={IconName::Trash} onclick={set_to(&asking, Asking::Delete)}>{ t!("删除") }</Button>
            <ConfirmDialog open={*asking == Asking::Pause} title={t!("暂停推送“{name}”？", name)} confirm={t!("暂停推送")} danger=false
                busy={switch.busy} onconfirm={switch.run.reform(|()| false)} oncancel={cancel.clone()}>
                <p>{ t!("暂停期间不发送任何消息；其间的变更会保留，启用后按顺序补发。") }</p>
            </ConfirmDialog>
            <Dialog open={*asking == Asking::Rotate} title={t!("轮换“{name}”的签名密钥", name)} onclose={cancel.clone()}>
                <RotateForm webhook={webhook.clone()} onissued={issued} oncancel={cancel.clone()} />
            </Dialog>
            <ConfirmDialog open={*asking == Asking::Delete} title={t!("删除推送“{name}”？", name)} confirm={t!("删除推送")}
                busy={delete.busy} onconfirm={delete.run} oncancel={cancel}>
                <p>{ t!("删除后不再发送任何消息，推送记录一并删除，不能恢复。只想暂时停止时，请用“暂停”。") }</p>
            </ConfirmDialog>
        </>
    }
}

/// Sends a trial. What comes of it stands in the log.
#[component]
fn TestButton(props: &ActionsProps) -> Html {
    let (id, reload) = (props.webhook.id, props.reload.clone());
    let toasts = use_toasts();
    let test = use_action(
        move |client, _: MouseEvent| async move { test_webhook(&client, id).await },
        move |outcome| {
            match outcome {
                Ok(_) => toasts.success(t!("测试消息已发出，结果见推送记录")),
                Err(error) => toasts.failure(&error),
            }
            reload.emit(());
        },
    );
    html! {
        <Button kind={ButtonKind::Primary} icon={IconName::Send} busy={test.busy} onclick={test.run}>{ t!("发送测试") }</Button>
    }
}

/// Pauses the webhook, or switches it on.
#[hook]
fn use_switch(props: ActionsProps, close: Callback<()>) -> Action<bool> {
    let ActionsProps { webhook, etag, reload, .. } = props;
    let (id, toasts) = (webhook.id, use_toasts());
    use_action(
        move |client, on: bool| {
            let etag = etag.clone();
            let body = UpdateWebhook { active: Some(on), ..UpdateWebhook::default() };
            async move { update_webhook(&client, id, &etag, &body).await }
        },
        move |outcome| {
            close.emit(());
            match outcome {
                Ok(changed) if changed.value.status == WebhookStatus::Active => {
                    toasts.success(t!("推送已启用，停用期间的变更正在补发"));
                }
                Ok(_) => toasts.success(t!("推送已暂停")),
                Err(error) => toasts.failure(&error),
            }
            reload.emit(());
        },
    )
}

/// Deletes the webhook, and leaves its page.
#[hook]
fn use_delete(props: ActionsProps, close: Callback<()>) -> Action<()> {
    let ActionsProps { webhook, etag, reload, .. } = props;
    let (id, toasts) = (webhook.id, use_toasts());
    let navigator = use_navigator().expect("below the router");
    use_action(
        move |client, (): ()| {
            let etag = etag.clone();
            async move { delete_webhook(&client, id, &etag).await }
        },
        move |outcome: ApiResult<()>| match outcome {
            Ok(()) => {
                toasts.success(t!("推送“{name}”已删除", name = webhook.name));
                navigator.replace(&Route::Webhooks);
            }
            Err(error) => {
                close.emit(());
                toasts.failure(&error);
                reload.emit(());
            }
        },
    )
}
