//! Chinese, simplified, in the words that the window uses.

use gateway::state::State;
use provider::ProviderType;

use super::{Say, en};

pub(super) fn say(text: Say<'_>) -> String {
    match text {
        Say::Ready { ready, all } => format!("就绪：{ready} / {all} 个实例"),
        Say::RestingUntil(at) => format!("休息至 {at}"),
        Say::Nobody => "没有实例可用".to_owned(),
        Say::Empty => "还没有实例".to_owned(),
        Say::Paused => "已暂停".to_owned(),
        Say::Stopping => "正在停止".to_owned(),
        Say::NotListening => "未监听".to_owned(),
        Say::BackAt { name, at } => format!("{name} 将于 {at} 恢复"),
        Say::NeedYou(n) => format!("{n} 个需要你处理"),
        Say::CopyEndpoint(at) => format!("复制地址 · {at}"),
        Say::CopyKey(hint) => format!("复制密钥 · {hint}"),
        Say::Pool { name, ready, all } => format!("{name} · {ready} / {all} 就绪"),
        Say::PoolNeeds {
            name,
            ready,
            all,
            need,
        } => {
            let needs = say(Say::NeedYou(need));
            format!("{name} · {ready} / {all}，{needs}")
        }
        Say::InFlight(n) => format!("{n} 个进行中"),
        Say::ReadyBut { model, until } => format!("就绪，{model} 将于 {until} 恢复"),
        Say::Left { percent, of } => format!("{of} 剩余 {percent}%"),
        Say::Until { state, at } => match state {
            State::Unhealthy => format!("异常，将于 {at} 重试"),
            other => format!("{}至 {at}", word(other)),
        },
        Say::In(State::NeedsLogin) => "需要登录：请重新登录".to_owned(),
        Say::In(state) => word(state).to_owned(),
        Say::Because { state, reason } => format!("{}：{reason}", word(state)),
        Say::Checking => "检查中".to_owned(),
        Say::MoreReady(n) => format!("另有 {n} 个就绪"),
        Say::More(n) => format!("另有 {n} 个"),
        other => of_menu(&other),
    }
}

fn of_menu(text: &Say<'_>) -> String {
    match text {
        Say::CheckPool => "立即检查此池".to_owned(),
        Say::OpenPool => "打开此池".to_owned(),
        Say::CheckAll => "立即全部检查".to_owned(),
        Say::CheckingAll(n) => format!("正在检查 {n} 个…"),
        Say::Checked(ready) => format!("检查完毕，{ready} 个就绪"),
        Say::Pause => "暂停接受新请求".to_owned(),
        Say::Resume => "恢复服务".to_owned(),
        Say::SignIn => "登录".to_owned(),
        Say::SignInTo(kind) => format!("{}…", en::brand(*kind)),
        Say::Ended(kind) => format!("{0}：已被 {0} 终止", en::brand(*kind)),
        Say::Open => "打开 Millpond".to_owned(),
        Say::AtLogin => "登录时启动".to_owned(),
        Say::Finishing(n) if *n > 0 => format!("退出：正在完成 {n} 个请求…"),
        Say::Finishing(_) => "退出：正在保存…".to_owned(),
        Say::NoticeLogin => "需要登录".to_owned(),
        Say::NoticeRefused => "被拒绝".to_owned(),
        Say::NoticeBack => "已恢复就绪".to_owned(),
        Say::NoticePoolGone => "没有实例可用".to_owned(),
        Say::NoticePoolBack => "已恢复服务".to_owned(),
        _ => "退出 Millpond".to_owned(),
    }
}

pub(super) const fn pool(kind: ProviderType) -> &'static str {
    match kind {
        ProviderType::ClaudeCustom => "Claude 密钥",
        ProviderType::OpenaiCustom => "OpenAI 兼容密钥",
        ProviderType::GeminiCustom => "Gemini 密钥",
        ProviderType::GeminiCliOauth => "Gemini 登录",
        ProviderType::KiroOauth => "Kiro 登录",
        ProviderType::QwenOauth => "Qwen 登录",
    }
}

const fn word(state: State) -> &'static str {
    match state {
        State::Ready => "就绪",
        State::Cooling => "冷却中",
        State::Unhealthy => "异常",
        State::NeedsLogin => "需要登录",
        State::Refused => "被拒绝",
        State::Disabled => "已停用",
    }
}
