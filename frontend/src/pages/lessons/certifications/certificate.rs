//! The certificate 证书: an A4 sheet in landscape orientation, with the address at which anyone can verify it.

use songjiao_types::{
    CertificationId, Page, WireEnum,
    certifications::{CertificationStatus, CertificationView},
    organizations::{OrganizationKind, OrganizationQuery, OrganizationView},
};
use yew::prelude::*;

use super::common::list_crumb;
use crate::{
    api::{certifications::find_certification, organizations::list_organizations},
    components::{
        Button, ButtonKind, ButtonLink, Crumb, EmptyState, IconName, IdProps, Link, Notice, PageHeader, QrImage, Tone,
        loaded,
    },
    format,
    hooks::use_query,
    route::{Route, absolute},
    session::use_session,
};

/// The page of a certificate.
#[component]
pub fn CertificatePage(props: &IdProps<CertificationId>) -> Html {
    let load = use_query(Some(find_certification(props.id)));
    // The bureau signs. If it is not visible to the user, the line for its name stays empty.
    let bureau = OrganizationQuery { kind: Some(OrganizationKind::Bureau), limit: Some(1), ..Default::default() };
    let bureau = use_query(Some(list_organizations(&bureau)));
    let issuer = bureau.value().and_then(|page: &Page<OrganizationView>| page.items.first());
    let issuer = issuer.map(|bureau| AttrValue::from(bureau.name.clone()));
    loaded(&load, |certification| html! { <Certificate certification={certification.clone()} {issuer} /> })
}

#[derive(Properties, PartialEq)]
struct CertificateProps {
    certification: CertificationView,
    issuer: Option<AttrValue>,
}

#[component]
fn Certificate(props: &CertificateProps) -> Html {
    let CertificateProps { certification, issuer } = props;
    let session = use_session();
    let here = Route::Certification { id: certification.id };
    let crumbs = vec![list_crumb(), Crumb::to(certification.lesson_title.clone(), here.clone())];
    let (Some(number), Some(award)) = (&certification.number, certification.award) else {
        return html! {
            <>
                <PageHeader title={t!("证书")} {crumbs} />
                <EmptyState icon={IconName::Medal} title={t!("还没有证书")}>
                    <p>{ t!("认定通过后编发证书。") }</p>
                    <ButtonLink to={here}>{ t!("查看认定申请") }</ButtonLink>
                </EmptyState>
            </>
        };
    };
    let verify = Route::VerifyNumber { number: number.clone() };
    let address = absolute(&verify, session.public_url());
    // The readable address; the QR code has the encoded one.
    let readable = format!("{}/{number}", absolute(&Route::Verify, session.public_url()));
    let print = Callback::from(|_: MouseEvent| {
        if let Some(window) = web_sys::window() {
            let _ = window.print();
        }
    });
    let actions = html! {
        <>
            <Button kind={ButtonKind::Primary} icon={IconName::Print} onclick={print}>{ t!("打印证书") }</Button>
            <ButtonLink to={verify.clone()} icon={IconName::Shield}>{ t!("查验") }</ButtonLink>
        </>
    };
    let issued_on = certification.issued_on.map(format::official_date).unwrap_or_default();
    // A reissued certificate says when the award was given, and which one it replaces.
    let awarded_on = certification.awarded_on.map(format::official_date).unwrap_or_default();
    let reissue = certification.reissue_of.as_ref().map(|old| {
        html! {
            <p class="certificate__reissue">
                { chinese!("认定日期 ") }{ awarded_on }{ chinese!("；由 ") }{ &old.number }{ chinese!(" 重新制发") }
            </p>
        }
    });
    let no_longer = match certification.status {
        CertificationStatus::Superseded => Some(t!("已被更高等次取代")),
        CertificationStatus::Reissued => Some(t!("已重新制发")),
        CertificationStatus::Revoked => Some(t!("已撤销")),
        _ => None,
    };
    html! {
        <>
            <PageHeader title={t!("证书 {number}", number)} {crumbs} {actions} />
            if let Some(no_longer) = no_longer {
                <Notice tone={Tone::Warning} title={no_longer}>
                    { t!("本证书不再有效，仅供存档查阅。") }
                    if let Some(new) = &certification.reissued_as {
                        { t!("新编号：") }<Link to={Route::Certificate { id: new.id }}>{ &new.number }</Link>
                    }
                </Notice>
            }
            <div class="certificate-frame">
                <article class="certificate" lang="zh-CN" aria-label={t!("证书 {number}", number)}>
                    if let Some(no_longer) = no_longer { <p class="certificate__void">{ no_longer }</p> }
                    <p class="certificate__number">{ chinese!("编号 ") }{ number }</p>
                    <h2 class="certificate__title">{ chinese!("证　书") }</h2>
                    <p class="certificate__text">
                        <strong>{ &certification.teacher_name }</strong>{ chinese!(" 老师：") }
                    </p>
                    <p class="certificate__text certificate__text--body">
                        { chinese!("您执教的") }{ &certification.lesson_subject }{ chinese!("课例“") }
                        <strong>{ &certification.lesson_title }</strong>
                        { chinese!("”，经评审达到“三修三课”活动“三课”标准，特认定为") }
                        <strong class="certificate__award">{ award.label() }</strong>
                        { chinese!("。") }
                    </p>
                    <p class="certificate__school">{ chinese!("工作单位：") }{ &certification.school_name }</p>
                    <div class="certificate__foot">
                        <div class="certificate__verify">
                            <QrImage text={address} label={t!("证书查验二维码")} />
                            <p>{ chinese!("扫码或访问以下网址查验") }<br /><Link to={verify}>{ readable }</Link></p>
                        </div>
                        <div class="certificate__issuer">
                            <span class="certificate__seal" aria-hidden="true">{ chinese!("盖章处") }</span>
                            <p>{ issuer.clone().unwrap_or_else(|| chinese!("发证单位（盖章）").into()) }</p>
                            <p>{ issued_on }</p>
                            { reissue.unwrap_or_default() }
                        </div>
                    </div>
                </article>
            </div>
        </>
    }
}
