//! What the command line says by itself. Names of the real system (commands, flags, error codes, states) stay.

use super::Lang;
use crate::zkcli::line::{LINE_BYTES_MAX, Problem, Verb};
use sim_core::zookeeper::{KeeperState, WatchEvent, ZkError};

/// Why a line did nothing, and what to write instead.
pub fn problem(lang: Lang, problem: &Problem) -> String {
    match (lang, problem) {
        (Lang::En, Problem::Unknown(name)) => format!("“{name}” is no command. `help` lists them all."),
        (Lang::Zh, Problem::Unknown(name)) => format!("没有命令“{name}”。输入 help 查看全部命令。"),
        (Lang::En, Problem::Usage(verb)) => format!("It is written: {}", verb.usage()),
        (Lang::Zh, Problem::Usage(verb)) => format!("写法：{}", verb.usage()),
        (Lang::En, Problem::Flag(verb, flag)) => {
            format!("{} knows no -{flag}. It is written: {}", verb.name(), verb.usage())
        }
        (Lang::Zh, Problem::Flag(verb, flag)) => {
            format!("{} 没有选项 -{flag}。写法：{}", verb.name(), verb.usage())
        }
        (Lang::En, Problem::OpenQuote(quote)) => format!("A quotation mark ({quote}) is not closed."),
        (Lang::Zh, Problem::OpenQuote(quote)) => format!("引号（{quote}）没有闭合。"),
        (Lang::En, Problem::Version(text)) => format!("“{text}” is no version: after -v comes a whole number."),
        (Lang::Zh, Problem::Version(text)) => format!("“{text}”不是版本号：-v 之后要写整数。"),
        (Lang::En, Problem::Server(text)) => format!("“{text}” is no server. Servers are called zk1, zk2, …"),
        (Lang::Zh, Problem::Server(text)) => format!("“{text}”不是服务器。服务器叫 zk1、zk2……"),
    }
}

pub fn too_long(lang: Lang) -> String {
    match lang {
        Lang::En => format!("The line is too long: {LINE_BYTES_MAX} bytes are the most."),
        Lang::Zh => format!("这一行太长：最多 {LINE_BYTES_MAX} 字节。"),
    }
}

pub fn not_connected(lang: Lang) -> &'static str {
    match lang {
        Lang::En => "Not connected: this client has ended its session. `connect` begins a new one.",
        Lang::Zh => "未连接：这个客户端的会话已经结束。输入 connect 建立新会话。",
    }
}

pub fn late(lang: Lang) -> &'static str {
    match lang {
        Lang::En => "No answer within 10 s. Play on: it may still come. Can the ensemble serve at all?",
        Lang::Zh => "10 s 内没有应答。继续播放，可能还会等到；也请看看 ZooKeeper 集群是否还能服务。",
    }
}

pub fn waiting(lang: Lang) -> &'static str {
    match lang {
        Lang::En => "waiting for the answer…",
        Lang::Zh => "等待应答……",
    }
}

/// `KeeperException.Code` and what it means here.
pub fn failure(lang: Lang, error: ZkError, path: &str) -> String {
    let (en, zh) = match error {
        ZkError::NoNode => ("there is no znode", "znode 不存在："),
        ZkError::NodeExists => ("there already is a znode", "znode 已存在："),
        ZkError::NotEmpty => ("it still has children:", "还有子 znode："),
        ZkError::BadVersion => ("its version is another one by now:", "版本已经不同："),
        ZkError::NoChildrenForEphemerals => ("an ephemeral znode has no children:", "临时节点不能有子 znode："),
        ZkError::BadArguments => ("ZooKeeper does not accept this for", "ZooKeeper 不接受这个参数："),
        ZkError::IllegalArgument => {
            ("a path begins with / and has a name after each /:", "路径以 / 开头，每个 / 之后都要有名字：")
        }
        ZkError::SessionExpired => {
            ("the session is over; `connect` begins a new one.", "会话已过期；输入 connect 建立新会话。")
        }
        ZkError::SessionMoved => ("the session has moved to another server:", "会话已转到另一台服务器："),
        ZkError::ConnectionLoss => {
            ("the connection broke; whether it was done is unknown:", "连接断开，不知道是否已执行：")
        }
        ZkError::RuntimeInconsistency => ("an operation before it failed:", "前面的操作失败了："),
    };
    let text = if lang == Lang::En { en } else { zh };
    let path = if error == ZkError::SessionExpired { "" } else { path };
    let gap = if path.is_empty() || lang == Lang::Zh { "" } else { " " };
    format!("{}: {text}{gap}{path}", error.name())
}

pub fn created(lang: Lang, path: &str) -> String {
    match lang {
        Lang::En => format!("Created {path}"),
        Lang::Zh => format!("已创建 {path}"),
    }
}

pub fn synced(lang: Lang) -> &'static str {
    match lang {
        Lang::En => "Synced: this server has all that was committed.",
        Lang::Zh => "已同步：这台服务器有了此前提交的全部事务。",
    }
}

pub fn watch(lang: Lang, event: WatchEvent, path: &str) -> String {
    match lang {
        Lang::En => format!("WATCH {} {path}", event.name()),
        Lang::Zh => format!("Watch 触发 {} {path}", event.name()),
    }
}

pub fn state(lang: Lang, state: KeeperState) -> String {
    let (en, zh) = match state {
        KeeperState::SyncConnected => ("connected", "已连接"),
        KeeperState::Disconnected => ("disconnected, looking for a server", "连接断开，正在另找服务器"),
        KeeperState::Expired => ("the session has expired", "会话已过期"),
        KeeperState::Closed => ("the handle is closed", "句柄已关闭"),
    };
    format!("{} · {}", state.name(), if lang == Lang::En { en } else { zh })
}

pub fn started(lang: Lang) -> &'static str {
    match lang {
        Lang::En => "The client starts and looks for a server.",
        Lang::Zh => "客户端启动，正在寻找服务器。",
    }
}

pub fn closed(lang: Lang) -> &'static str {
    match lang {
        Lang::En => "The session is closed; its ephemeral znodes are gone.",
        Lang::Zh => "会话已关闭，它的临时节点已删除。",
    }
}

pub fn help(lang: Lang, verb: Verb) -> &'static str {
    let (en, zh) = match verb {
        Verb::Ls => ("the children; -R: all below", "子 znode；-R：其下全部"),
        Verb::Get => ("the data", "数据"),
        Verb::Stat => ("what Stat says", "Stat 的各字段"),
        Verb::Create => ("-e ephemeral, -s sequential", "-e 临时，-s 顺序"),
        Verb::Set => ("new data, if the version is still this one", "写入数据，可要求版本未变"),
        Verb::Delete => ("a znode without children", "删除没有子 znode 的 znode"),
        Verb::DeleteAll => ("a znode and all below", "删除 znode 及其下全部"),
        Verb::Sync => ("lets this server catch up", "让这台服务器追上"),
        Verb::Connect => ("a new session, here or there", "建立新会话，可指定服务器"),
        Verb::Close => ("ends the session at once", "立即结束会话"),
        Verb::Quit => ("ends session and client", "结束会话和客户端"),
        Verb::Help => ("this list", "这个列表"),
    };
    if lang == Lang::En { en } else { zh }
}

/// What flags mean wherever they occur, and the keys.
pub fn help_keys(lang: Lang) -> &'static str {
    match lang {
        Lang::En => {
            "-s prints Stat too, -w sets a watch. Words in \"…\" or '…' may have spaces. Tab completes, ↑ ↓ bring back earlier lines, Esc leaves."
        }
        Lang::Zh => {
            "-s 同时显示 Stat，-w 注册 Watch。\"…\" 或 '…' 里可以有空格。Tab 补全，↑ ↓ 取回之前的命令，Esc 离开。"
        }
    }
}
