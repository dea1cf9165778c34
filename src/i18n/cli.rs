//! What the command line says by itself. Names of the real system (commands, flags, error codes, states) stay.

use super::Lang;
use super::texts::texts;
use sim_core::release::ZkVersion;
use sim_core::zookeeper::{KeeperState, WatchEvent, ZkError, ZkOp};

// ----- why a line did nothing, and what to write instead -----

/// A command that zkCli had under another name.
pub fn replaced(lang: Lang, old: &str, new: &str, zookeeper: ZkVersion) -> String {
    match lang {
        Lang::En if zookeeper.has_rmr_and_ls2() => {
            format!("`{old}` is a command of zkCli 3.4. This command line has those of 3.5 and later: use `{new}`.")
        }
        Lang::En => format!("zkCli no longer has `{old}`: use `{new}`."),
        Lang::Zh if zookeeper.has_rmr_and_ls2() => {
            format!("{old} 是 zkCli 3.4 的命令。这个命令行采用 3.5 及以后版本的命令，请用 {new}。")
        }
        Lang::Zh => format!("zkCli 已经没有 {old} 命令，请用 {new}。"),
    }
}

pub fn full_width(lang: Lang, typed: char, half: char) -> String {
    match lang {
        Lang::En => format!("“{typed}” was typed by an input method. Type {half} instead."),
        Lang::Zh => format!("“{typed}”是中文标点，请改用半角 {half} 。"),
    }
}

pub fn unknown(lang: Lang, name: &str) -> String {
    match lang {
        Lang::En => format!("Unknown command “{name}”. Type `help` for the list."),
        Lang::Zh => format!("未知命令“{name}”。输入 help 查看全部命令。"),
    }
}

pub fn usage(lang: Lang, usage: &str) -> String {
    match lang {
        Lang::En => format!("Usage: {usage}"),
        Lang::Zh => format!("用法：{usage}"),
    }
}

pub fn no_option(lang: Lang, command: &str, option: char, usage: &str) -> String {
    match lang {
        Lang::En => format!("{command} has no option -{option}. Usage: {usage}"),
        Lang::Zh => format!("{command} 没有选项 -{option}。用法：{usage}"),
    }
}

pub fn open_quote(lang: Lang, quote: char) -> String {
    match lang {
        Lang::En => format!("The quotation mark {quote} is not closed."),
        Lang::Zh => format!("引号 {quote} 没有闭合。"),
    }
}

pub fn not_a_version(lang: Lang, text: &str) -> String {
    match lang {
        Lang::En => format!("“{text}” is not a version: -v takes a whole number."),
        Lang::Zh => format!("“{text}”不是版本号：-v 之后要写整数。"),
    }
}

pub fn no_server(lang: Lang, text: &str) -> String {
    match lang {
        Lang::En => format!("There is no server “{text}”. Servers are named zk1, zk2, …"),
        Lang::Zh => format!("没有服务器“{text}”。服务器名为 zk1、zk2……"),
    }
}

pub fn too_long(lang: Lang, bytes_max: usize) -> String {
    match lang {
        Lang::En => format!("The line is too long: the limit is {bytes_max} bytes."),
        Lang::Zh => format!("这一行太长：最多 {bytes_max} 字节。"),
    }
}

pub fn not_connected(lang: Lang) -> &'static str {
    match lang {
        Lang::En => "Not connected: this client has ended its session. `connect` starts a new one.",
        Lang::Zh => "未连接：这个客户端的会话已经结束。输入 connect 建立新会话。",
    }
}

pub fn late(lang: Lang) -> &'static str {
    match lang {
        Lang::En => {
            "No response within 10 s. It may still arrive: keep playing, and check whether the ensemble can serve at all."
        }
        Lang::Zh => "10 s 内没有响应。继续播放，可能还会等到；并检查 ZooKeeper 集群是否可用。",
    }
}

pub fn waiting(lang: Lang) -> &'static str {
    match lang {
        Lang::En => "waiting for the response…",
        Lang::Zh => "等待响应……",
    }
}

/// `KeeperException.Code` and what it means for this operation.
pub fn failure(lang: Lang, error: ZkError, op: &ZkOp) -> String {
    let (en, zh) = match error {
        ZkError::NoNode => ("no such znode:", "znode 不存在："),
        ZkError::NodeExists => ("the znode already exists:", "znode 已存在："),
        ZkError::NotEmpty => ("it still has children:", "还有子 znode："),
        ZkError::BadVersion => ("the version does not match:", "版本不符："),
        ZkError::NoChildrenForEphemerals => ("an ephemeral znode cannot have children:", "临时节点不能有子 znode："),
        ZkError::BadArguments => ("ZooKeeper does not accept this for", "ZooKeeper 不接受这个参数："),
        ZkError::IllegalArgument => (
            "a path starts with /, does not end with /, and contains no //:",
            "路径须以 / 开头，不能以 / 结尾，也不能连续两个 /：",
        ),
        ZkError::SessionExpired => {
            ("the session is over; `connect` starts a new one.", "会话已过期；输入 connect 建立新会话。")
        }
        ZkError::SessionMoved => ("the session has moved to another server:", "会话已转到另一台服务器："),
        ZkError::ConnectionLoss if is_write(op) => {
            ("the connection broke; it is unknown whether this was done:", "连接断开，不知道是否已执行：")
        }
        ZkError::ConnectionLoss => ("the connection broke before the result arrived:", "连接断开，没有得到结果："),
        ZkError::RuntimeInconsistency => ("an earlier operation failed:", "前面的操作失败了："),
    };
    let text = if lang == Lang::En { en } else { zh };
    let path = match op.path() {
        Some(path) if error != ZkError::SessionExpired => &**path,
        _ => "",
    };
    let gap = if path.is_empty() || lang == Lang::Zh { "" } else { " " };
    format!("{}: {text}{gap}{path}", error.name())
}

/// Whether it may have had an effect although nothing came back.
fn is_write(op: &ZkOp) -> bool {
    match op {
        ZkOp::Create { .. } | ZkOp::Delete { .. } | ZkOp::SetData { .. } | ZkOp::Multi(_) => true,
        ZkOp::Exists { .. }
        | ZkOp::GetData { .. }
        | ZkOp::GetChildren { .. }
        | ZkOp::Sync { .. }
        | ZkOp::Check { .. } => false,
    }
}

pub fn created(lang: Lang, path: &str) -> String {
    match lang {
        Lang::En => format!("Created {path}"),
        Lang::Zh => format!("已创建 {path}"),
    }
}

pub fn synced(lang: Lang) -> &'static str {
    match lang {
        Lang::En => "Synced: this server has everything committed before the request.",
        Lang::Zh => "已同步：这台服务器有了此前已提案提交的全部事务。",
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
        KeeperState::Disconnected => ("disconnected, looking for another server", "连接断开，正在另找服务器"),
        KeeperState::Expired => ("the session has expired", "会话已过期"),
        KeeperState::Closed => ("the handle is closed", "句柄已关闭"),
    };
    format!("{} · {}", state.name(), if lang == Lang::En { en } else { zh })
}

pub fn started(lang: Lang) -> &'static str {
    match lang {
        Lang::En => "The client is starting and looking for a server.",
        Lang::Zh => "客户端启动，正在寻找服务器。",
    }
}

pub fn closed(lang: Lang) -> &'static str {
    match lang {
        Lang::En => "The session is closed, and its ephemeral znodes are deleted.",
        Lang::Zh => "会话已关闭，它的临时节点已删除。",
    }
}

texts! {
    /// What a command does.
    CommandHelp;

    Ls => "lists the children; -R recursively", "列出子 znode；-R 递归列出";
    Get => "reads the data", "读取数据";
    Stat => "shows its Stat", "显示 Stat 的各字段";
    Create => "creates a znode; -e ephemeral, -s sequential", "创建 znode；-e 临时，-s 顺序";
    Set => "writes the data; -v only if the version matches", "写入数据；-v 要求版本相符";
    Delete => "deletes a znode that has no children", "删除没有子 znode 的 znode";
    DeleteAll => "deletes a znode and everything below it", "删除 znode 及其下全部";
    Sync => "lets the connected server catch up with the leader", "让所连服务器追上 leader";
    Connect => "starts a new session, with a given server if you like", "建立新会话，可指定服务器";
    Close => "ends the session at once", "立即结束会话";
    Quit => "ends the session and the client", "结束会话和客户端";
    Help => "this list", "这个列表";
}

/// What flags mean wherever they occur, and the keys.
pub fn help_keys(lang: Lang) -> &'static str {
    match lang {
        Lang::En => {
            "-s also prints Stat, -w sets a watch. Text in \"…\" or '…' may contain spaces. Tab completes, ↑ ↓ recall earlier lines, Esc leaves the input."
        }
        Lang::Zh => {
            "-s 同时显示 Stat，-w 注册 Watch。\"…\" 或 '…' 里可以有空格。Tab 补全，↑ ↓ 取回之前的命令，Esc 退出输入框。"
        }
    }
}
