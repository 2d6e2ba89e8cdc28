//! Slips with activation codes, to be printed, cut and handed out.

use std::rc::Rc;

use songjiao_types::{
    OrganizationId, UserId,
    accounts::{ActivationSlip, CODE_DAYS, IssueCodes, IssuedCodes},
};
use yew::prelude::*;

use crate::{
    api::{ApiResult, Fetched, accounts::issue_codes},
    components::{Button, ButtonKind, ConfirmDialog, Dialog, IconName, Paper, QrImage, print_after_render, use_toasts},
    format,
    hooks::{set_to, use_action},
    route::{Route, absolute},
    session::use_session,
};

/// Whom codes are issued to.
#[derive(Clone, PartialEq)]
pub enum IssueTarget {
    /// These users.
    Users(Vec<UserId>),
    /// All users of an organization and below it who have never signed in.
    Organization(OrganizationId),
}

impl IssueTarget {
    fn request(&self) -> IssueCodes {
        match self {
            Self::Users(ids) => IssueCodes { user_ids: Some(ids.clone()), ..IssueCodes::default() },
            Self::Organization(id) => IssueCodes { organization_id: Some(*id), ..IssueCodes::default() },
        }
    }
}

/// Properties of [`IssueButton`].
#[derive(Properties, PartialEq)]
pub struct IssueButtonProps {
    pub target: IssueTarget,
    pub text: AttrValue,
    #[prop_or_default]
    pub kind: ButtonKind,
    /// Called when codes were issued.
    #[prop_or_default]
    pub onissued: Callback<()>,
    #[prop_or_default]
    pub disabled: bool,
}

/// Issues codes after a confirmation, and shows the slips until they are printed.
#[component]
pub fn IssueButton(props: &IssueButtonProps) -> Html {
    let IssueButtonProps { target, text, kind, onissued, disabled } = props;
    let toasts = use_toasts();
    let asking = use_state(|| false);
    let issued = use_state(|| None::<Rc<IssuedCodes>>);
    let issue = {
        let (asking, issued, onissued) = (asking.clone(), issued.clone(), onissued.clone());
        use_action(
            move |client, request: IssueCodes| async move { issue_codes(&client, &request).await },
            move |outcome: ApiResult<Fetched<IssuedCodes>>| {
                asking.set(false);
                match outcome {
                    Ok(codes) if codes.value.slips.is_empty() => toasts.success(t!("没有需要激活的账号")),
                    Ok(codes) => {
                        issued.set(Some(Rc::new(codes.value)));
                        onissued.emit(());
                    }
                    Err(error) => toasts.failure(&error),
                }
            },
        )
    };
    let confirm = {
        let request = target.request();
        issue.run.reform(move |()| request.clone())
    };
    let days = CODE_DAYS;
    html! {
        <>
            <Button kind={*kind} icon={IconName::Print} disabled={*disabled} onclick={set_to(&asking, true)}>{ text }</Button>
            <ConfirmDialog open={*asking} title={t!("生成激活单？")} confirm={t!("生成激活单")} danger=false busy={issue.busy}
                onconfirm={confirm} oncancel={set_to(&asking, false)}>
                <p>{ t!("为每个账号生成一个一次性激活码，{days} 天内有效。以前发出的激活码同时作废。", days) }</p>
                <p>{ t!("激活码只显示这一次，请立即打印，裁开后当面发给本人。") }</p>
            </ConfirmDialog>
            if let Some(codes) = &*issued {
                <SlipsDialog codes={codes.clone()} onclose={set_to(&issued, None)} />
            }
        </>
    }
}

#[derive(Properties, PartialEq)]
struct SlipsDialogProps {
    codes: Rc<IssuedCodes>,
    onclose: Callback<()>,
}

/// Closing the dialog loses the codes, so it asks once.
#[component]
fn SlipsDialog(props: &SlipsDialogProps) -> Html {
    let SlipsDialogProps { codes, onclose } = props;
    let printed = use_state(|| false);
    let leaving = use_state(|| false);
    let print = {
        let printed = printed.clone();
        Callback::from(move |_: MouseEvent| {
            printed.set(true);
            print_after_render();
        })
    };
    let close = {
        let (printed, leaving, onclose) = (*printed, leaving.clone(), onclose.clone());
        Callback::from(move |()| if printed { onclose.emit(()) } else { leaving.set(true) })
    };
    let count = codes.slips.len();
    let schools = by_organization(&codes.slips).len();
    html! {
        <>
            <Dialog open=true title={t!("激活单（{count} 张）", count)} onclose={close}>
                <p>{ t!("共 {schools} 个单位、{count} 个账号，有效期至 {until}。每个单位从新的一页开始。", schools, count, until = format::date_time(codes.expires_at)) }</p>
                <p class="muted">{ t!("激活码只显示这一次。关闭后如需再打印，须重新生成。") }</p>
                <div class="form__actions">
                    <Button kind={ButtonKind::Primary} icon={IconName::Print} onclick={print}>{ t!("打印激活单") }</Button>
                </div>
            </Dialog>
            <ConfirmDialog open={*leaving} title={t!("还没有打印，要关闭吗？")} confirm={t!("关闭")} danger=true
                onconfirm={onclose.clone()} oncancel={set_to(&leaving, false)}>
                <p>{ t!("关闭后这些激活码无法再显示，须重新生成。") }</p>
            </ConfirmDialog>
            <Slips codes={codes.clone()} />
        </>
    }
}

/// The slips of each organization.
fn by_organization(slips: &[ActivationSlip]) -> Vec<&[ActivationSlip]> {
    slips.chunk_by(|a, b| a.organization.id == b.organization.id).collect()
}

#[derive(Properties, PartialEq)]
struct SlipsProps {
    codes: Rc<IssuedCodes>,
}

/// The slips on A4 with lines to cut along, visible only on paper.
#[component]
fn Slips(props: &SlipsProps) -> Html {
    let codes = &props.codes;
    let until = format::date_time(codes.expires_at);
    let site = absolute(&Route::Activate, use_session().public_url());
    let sheets = by_organization(&codes.slips);
    html! { <Paper>{ for sheets.into_iter().map(|slips| sheet(slips, &site, &until)) }</Paper> }
}

fn sheet(slips: &[ActivationSlip], site: &str, until: &str) -> Html {
    let name = slips.first().map(|slip| slip.organization.name.clone()).unwrap_or_default();
    html! {
        <div class="slips">
            <h2 class="slips__title">{ t!("{name}账号激活单（{count} 张，沿虚线裁开）", name, count = slips.len()) }</h2>
            <div class="slips__grid">{ for slips.iter().map(|slip| draw(slip, site, until)) }</div>
        </div>
    }
}

fn draw(slip: &ActivationSlip, site: &str, until: &str) -> Html {
    let address = format!("{site}?code={}", slip.code.replace('-', ""));
    html! {
        <article class="slip">
            <div class="slip__text">
                <p class="slip__name">{ &slip.name }<span>{ &slip.organization.name }</span></p>
                <p>{ t!("用户名：") }<strong>{ &slip.username }</strong></p>
                <p>{ t!("激活码：") }<strong class="slip__code">{ &slip.code }</strong></p>
                <p class="slip__hint">{ t!("手机扫码，或打开 {site} 填写激活码。", site) }</p>
                if slip.asks_id_number { <p class="slip__hint">{ t!("还须填写本人身份证号后六位。") }</p> }
                <p class="slip__hint">{ t!("{until} 前有效，仅可使用一次，请勿转交他人。", until) }</p>
            </div>
            <QrImage text={address} label={t!("激活二维码")} />
        </article>
    }
}
