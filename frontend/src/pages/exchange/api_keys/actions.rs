//! The actions on a key: edit, rotate, revoke.

use songjiao_types::api_keys::{ApiKeyStatus, ApiKeyView, IssuedApiKey, OVERLAP_DEFAULT, RotateApiKey};
use yew::prelude::*;

use super::form::EditForm;
use crate::{
    api::{
        ApiResult, Fetched,
        api_keys::{revoke_api_key, rotate_api_key},
    },
    components::{Button, ButtonKind, ConfirmButton, ConfirmDialog, Dialog, IconName, Success, Work, use_toasts},
    hooks::{both, set_to, use_action},
};

/// The open dialog.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Asking {
    Nothing,
    Edit,
    Rotate,
}

/// Properties of [`Actions`].
#[derive(Properties, PartialEq)]
pub struct ActionsProps {
    pub api_key: ApiKeyView,
    /// Gets a new secret, to be shown.
    pub onissued: Callback<IssuedApiKey>,
    pub reload: Callback<()>,
}

/// The buttons of a row and their dialogs.
#[component]
pub fn Actions(props: &ActionsProps) -> Html {
    let ActionsProps { api_key, onissued, reload } = props;
    let toasts = use_toasts();
    let asking = use_state(|| Asking::Nothing);
    let rotate = {
        let (key, asking, issued, reload) = (api_key.clone(), asking.clone(), onissued.clone(), reload.clone());
        use_action(
            move |client, now: bool| {
                let key = key.clone();
                let body = RotateApiKey { overlap_hours: now.then_some(0) };
                async move { rotate_api_key(&client, &key, &body).await }
            },
            move |outcome: ApiResult<Fetched<IssuedApiKey>>| {
                asking.set(Asking::Nothing);
                match outcome {
                    Ok(rotated) => issued.emit(rotated.value),
                    Err(error) => {
                        toasts.failure(&error);
                        reload.emit(());
                    }
                }
            },
        )
    };
    let revoke = {
        let key = api_key.clone();
        Work::new(move |client, ()| {
            let key = key.clone();
            async move {
                revoke_api_key(&client, &key).await?;
                Ok(Success::toast(t!("密钥已吊销")))
            }
        })
    };
    if api_key.status == ApiKeyStatus::Revoked {
        return Html::default();
    }
    let cancel = set_to(&asking, Asking::Nothing);
    let edited = both(&cancel, reload);
    let name = &api_key.name;
    html! {
        <>
            <Button kind={ButtonKind::Quiet} icon={IconName::Edit} label={t!("编辑“{name}”", name)} onclick={set_to(&asking, Asking::Edit)}>{ t!("编辑") }</Button>
            if api_key.status == ApiKeyStatus::Active {
                <Button kind={ButtonKind::Quiet} icon={IconName::Refresh} label={t!("轮换“{name}”", name)} onclick={set_to(&asking, Asking::Rotate)}>{ t!("轮换") }</Button>
            }
            <ConfirmButton kind={ButtonKind::Quiet} icon={IconName::Trash} text={t!("吊销")} label={t!("吊销“{name}”", name)} title={t!("吊销“{name}”的密钥？", name)}
                confirm={t!("吊销密钥")} work={revoke} onsettled={reload}>
                <p>{ t!("使用该密钥的系统立即无法访问，且不能恢复。以往的记录不受影响。") }</p>
            </ConfirmButton>
            <Dialog open={*asking == Asking::Edit} title={t!("编辑接口密钥")} onclose={cancel.clone()}>
                <EditForm api_key={api_key.clone()} ondone={edited} oncancel={cancel.clone()} />
            </Dialog>
            <ConfirmDialog open={*asking == Asking::Rotate} title={t!("轮换“{name}”的密钥？", name)} confirm={t!("生成新密钥")} danger=false
                busy={rotate.busy} onconfirm={rotate.run.reform(|()| false)} oncancel={cancel}>
                <p>{ t!("将生成一个新密钥；现用密钥 {hours} 小时后失效，请在此之前更换。", hours = OVERLAP_DEFAULT) }</p>
                <p>{ t!("现用密钥已经泄露时，请让它立即失效：") }</p>
                <Button kind={ButtonKind::Danger} busy={rotate.busy} onclick={rotate.run.reform(|_: MouseEvent| true)}>{ t!("生成新密钥，旧密钥立即失效") }</Button>
            </ConfirmDialog>
        </>
    }
}
