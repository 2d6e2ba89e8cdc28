//! Deciding on a record: recognise, reject, void.

use songjiao_types::{
    Permission,
    hour_records::{HourRecordReason, HourRecordStatus, HourRecordView},
};
use yew::prelude::*;

use crate::{
    api::{
        ApiError, ApiResult, Fetched,
        hour_records::{recognize_hour_record, reject_hour_record, void_hour_record},
    },
    components::{Button, ButtonKind, ConfirmDialog, IconName, ReasonDialog, use_toasts},
    hooks::use_action,
    session::use_session,
};

/// Which dialog is open.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Asking {
    Nothing,
    Recognize,
    Reject,
    Void,
}

/// What [`Decisions`] is given.
#[derive(Properties, PartialEq)]
pub struct DecisionsProps {
    pub record: HourRecordView,
    pub reload: Callback<()>,
}

/// The decisions that can be made on a record as it stands.
#[component]
pub fn Decisions(props: &DecisionsProps) -> Html {
    let DecisionsProps { record, reload } = props;
    let id = record.id;
    let session = use_session();
    let toasts = use_toasts();
    let asking = use_state(|| Asking::Nothing);
    let refusal = use_state(|| None::<ApiError>);
    let done = |said: &'static str| {
        let (toasts, asking, refusal, reload) = (toasts.clone(), asking.clone(), refusal.clone(), reload.clone());
        move |outcome: ApiResult<Fetched<HourRecordView>>| match outcome {
            Ok(_) => {
                toasts.success(said);
                asking.set(Asking::Nothing);
                reload.emit(());
            }
            Err(error) => {
                if *asking == Asking::Recognize {
                    toasts.failure(&error);
                    asking.set(Asking::Nothing);
                    reload.emit(());
                } else {
                    refusal.set(Some(error));
                }
            }
        }
    };
    let recognize = use_action(
        move |client, (): ()| async move { recognize_hour_record(&client, id).await },
        done(t!("学时已认定")),
    );
    let reject = use_action(
        move |client, reason: String| async move { reject_hour_record(&client, id, &HourRecordReason { reason }).await },
        done(t!("记录已驳回")),
    );
    let void = use_action(
        move |client, reason: String| async move { void_hour_record(&client, id, &HourRecordReason { reason }).await },
        done(t!("记录已作废")),
    );
    if !session.can(Permission::HoursRecognize) {
        return Html::default();
    }
    let ask = |what: Asking| {
        let (asking, refusal) = (asking.clone(), refusal.clone());
        Callback::from(move |()| {
            refusal.set(None);
            asking.set(what);
        })
    };
    let cancel = ask(Asking::Nothing);
    html! {
        <>
            if record.status == HourRecordStatus::Pending {
                <Button kind={ButtonKind::Primary} icon={IconName::Check} onclick={ask(Asking::Recognize).reform(|_| ())}>{ t!("认定") }</Button>
                <Button kind={ButtonKind::Danger} icon={IconName::Close} onclick={ask(Asking::Reject).reform(|_| ())}>{ t!("驳回") }</Button>
            }
            if record.status == HourRecordStatus::Recognized {
                <Button kind={ButtonKind::Danger} icon={IconName::Trash} onclick={ask(Asking::Void).reform(|_| ())}>{ t!("作废") }</Button>
            }
            <ConfirmDialog open={*asking == Asking::Recognize} title={t!("认定 {hours} 学时？", hours = record.hours)} confirm={t!("认定")}
                danger=false busy={recognize.busy} onconfirm={recognize.run.clone()} oncancel={cancel.clone()}>
                <p>{ t!("{teacher_name}，“{title}”。认定后计入年度学时和五年学分，只能以作废更正。", teacher_name = record.teacher_name, title = record.title) }</p>
            </ConfirmDialog>
            <ReasonDialog open={*asking == Asking::Reject} title={t!("驳回这条学时记录？")} confirm={t!("驳回")} label={t!("驳回原因")} busy={reject.busy}
                error={(*refusal).clone()} onconfirm={reject.run.clone()} oncancel={cancel.clone()}>
                <p>{ t!("驳回的记录不计学时，也不能再认定；原因会显示给学校和教师本人。需要时可重新录入。") }</p>
            </ReasonDialog>
            <ReasonDialog open={*asking == Asking::Void} title={t!("作废这条学时记录？")} confirm={t!("作废")} label={t!("作废原因")} busy={void.busy}
                error={(*refusal).clone()} onconfirm={void.run.clone()} oncancel={cancel}>
                <p>{ t!("作废后 {hours} 学时不再计入，记录和原因保留在台账中，不能恢复。", hours = record.hours) }</p>
            </ReasonDialog>
        </>
    }
}
