//! Deciding on a record: recognise, reject, return, void, restore; and withdrawing it.

use chrono::Datelike;
use songjiao_types::hour_records::{
    HourRecordHold, HourRecordReason, HourRecordStatus, HourRecordView, RecognizeHourRecord,
};
use yew::prelude::*;

use crate::{
    api::hour_records::{
        recognize_hour_record, reject_hour_record, restore_hour_record, return_hour_record, void_hour_record,
        withdraw_hour_record,
    },
    components::{ButtonKind, ConfirmButton, IconName, ReasonButton, Success, Work},
    format,
};

/// The decisions that the record's status allows.
pub fn decisions(record: &HourRecordView, reload: &Callback<()>) -> Html {
    let (id, hours) = (record.id, record.hours);
    match record.status {
        HourRecordStatus::Pending => {
            let recognize = Work::new(move |client, ()| async move {
                recognize_hour_record(&client, id, &RecognizeHourRecord::default()).await?;
                Ok(Success::toast(t!("学时已认定")))
            });
            let recognize_late = Work::new(move |client, reason| async move {
                recognize_hour_record(&client, id, &RecognizeHourRecord { reason: Some(reason) }).await?;
                Ok(Success::toast(t!("学时已认定")))
            });
            let reject = Work::new(move |client, reason| async move {
                reject_hour_record(&client, id, &HourRecordReason { reason }).await?;
                Ok(Success::toast(t!("记录已驳回")))
            });
            let send_back = Work::new(move |client, reason| async move {
                return_hour_record(&client, id, &HourRecordReason { reason }).await?;
                Ok(Success::toast(t!("记录已退回")))
            });
            if record.holds.contains(HourRecordHold::ProjectEnd) {
                return Html::default();
            }
            html! {
                <>
                    if may_be_recognized(record) {
                        <ConfirmButton kind={ButtonKind::Primary} icon={IconName::Check} text={t!("认定")} title={t!("认定 {hours} 学时？", hours)} confirm={t!("认定")}
                            danger=false work={recognize} onsettled={reload}>
                            <p>{ t!("{teacher_name}，“{title}”。认定后计入年度学时和五年学分，只能以作废更正。", teacher_name = record.teacher_name, title = record.title) }</p>
                        </ConfirmButton>
                        if record.training_year < format::today().year() {
                            <ReasonButton icon={IconName::Check} text={t!("补录认定")} title={t!("补录 {hours} 学时？", hours)} confirm={t!("认定")} label={t!("补录原因")}
                                work={recognize_late} ondone={reload}>
                                <p>{ t!("已结账的年度须填写理由才能认定；学时计为补录，不改变单位已结账的数字。") }</p>
                            </ReasonButton>
                        }
                    }
                    <ReasonButton icon={IconName::Back} text={t!("退回")} title={t!("退回这条学时记录？")} confirm={t!("退回")} label={t!("退回说明")}
                        work={send_back} ondone={reload}>
                        <p>{ t!("请写明须更正什么。退回的记录不计学时，学校更正后另行登记，新记录指明更正的是哪一条。") }</p>
                    </ReasonButton>
                    <ReasonButton icon={IconName::Close} text={t!("驳回")} title={t!("驳回这条学时记录？")} confirm={t!("驳回")} label={t!("驳回原因")}
                        work={reject} ondone={reload}>
                        <p>{ t!("驳回的记录不计学时，也不能再认定；原因会显示给学校和教师本人。误驳回可恢复。") }</p>
                    </ReasonButton>
                </>
            }
        }
        HourRecordStatus::Recognized => {
            let void = Work::new(move |client, reason| async move {
                void_hour_record(&client, id, &HourRecordReason { reason }).await?;
                Ok(Success::toast(t!("记录已作废")))
            });
            html! {
                <ReasonButton icon={IconName::Trash} text={t!("作废")} title={t!("作废这条学时记录？")} confirm={t!("作废")} label={t!("作废原因")}
                    work={void} ondone={reload}>
                    <p>{ t!("作废后 {hours} 学时不再计入，记录和原因保留在台账中；误作废可恢复。", hours) }</p>
                </ReasonButton>
            }
        }
        HourRecordStatus::Rejected | HourRecordStatus::Voided => {
            let restore = Work::new(move |client, reason| async move {
                restore_hour_record(&client, id, &HourRecordReason { reason }).await?;
                Ok(Success::toast(t!("已恢复为一条新记录")))
            });
            html! {
                <ReasonButton icon={IconName::Back} text={t!("恢复")} title={t!("恢复这条学时记录？")} confirm={t!("恢复")} label={t!("恢复原因")}
                    work={restore} ondone={reload}>
                    <p>{ t!("恢复时登记一条内容相同的新记录，原记录和原因保留在台账中。") }</p>
                </ReasonButton>
            }
        }
        HourRecordStatus::Withdrawn | HourRecordStatus::Returned => Html::default(),
    }
}

/// Whether the record can be recognised on its page: suspected duplicates are compared first.
fn may_be_recognized(record: &HourRecordView) -> bool {
    !record.holds.contains(HourRecordHold::ServiceUnconfirmed) && !record.holds.contains(HourRecordHold::Suspected)
}

/// The button by which the user who submitted a pending record withdraws it.
pub fn withdrawal(record: &HourRecordView, reload: &Callback<()>) -> Html {
    let id = record.id;
    let withdraw = Work::new(move |client, ()| async move {
        withdraw_hour_record(&client, id).await?;
        Ok(Success::toast(t!("记录已撤回")))
    });
    html! {
        <ConfirmButton icon={IconName::Back} text={t!("撤回")} title={t!("撤回这条学时记录？")} confirm={t!("撤回")} danger=false work={withdraw} onsettled={reload}>
            <p>{ t!("撤回的记录不再等待认定；需要时可重新录入。") }</p>
        </ConfirmButton>
    }
}
