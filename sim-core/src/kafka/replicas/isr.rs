//! What a leader does with its followers: the high watermark follows them, and the in-sync sets shrink and grow with them
//! (`Partition.maybeExpandIsr`, `maybeShrinkIsr`).

use super::Replicas;
use crate::boundary::{Delay, Timer};
use crate::ids::*;
use crate::invariant::{never, sure};
use crate::kafka::facts::KafkaFact;
use crate::kafka::io::Io;
use crate::kafka::metadata_plane::IsrAnswer;
use crate::kafka::replica::PendingIsr;
use crate::kafka::timers::BrokerTimer;
use crate::net::{Channel, ConnId};

const LEADS: &str = "a proposal lasts no longer than the leadership";

impl Replicas {
    /// The high watermark may rise; requests that wait for it are answered because of that.
    pub(in crate::kafka) fn advance(&mut self, n: u32, io: &mut Io<'_>) {
        let replica = self.at(n);
        if replica.raise_high_watermark(io.id) {
            let fact =
                KafkaFact::HighWatermarkAdvanced { tp: replica.tp.clone(), high_watermark: replica.high_watermark };
            let before = io.out.cause();
            io.out.note_and_go_on(fact);
            self.complete_produces(n, io);
            self.wake_fetches(n, io);
            io.out.because(before);
        }
    }

    /// A follower fetches from this offset: it has everything below (`updateReplicaLEO`).
    pub(in crate::kafka) fn follower_has(
        &mut self,
        n: u32,
        follower: BrokerId,
        log_end: u64,
        because: Cause,
        io: &mut Io<'_>,
    ) {
        let replica = self.at(n);
        let end = replica.log_end();
        let Some(leading) = sure(replica.leading_mut(), "only a leader lets itself be read") else { return };
        // A broker that has no replica of this partition may read it; it counts for nothing.
        let Some(progress) = leading.followers.iter_mut().find(|other| other.broker == follower) else { return };
        progress.fetched_since_check = true;
        debug_assert!(log_end <= end, "what a leader does not have cannot be fetched from it");
        if progress.log_end == Some(log_end) && leading.isr.contains(&follower) {
            return;
        }
        progress.log_end = Some(log_end);
        let left = progress.left;
        if let Some(isr) = replica.isr_with(follower, log_end) {
            let before = io.out.cause();
            // What made it copy after it had left. (It may never have stopped, and lagged: then it is the records.)
            // The request itself often was sent when another partition got a record.
            let came_back = because.0.max(io.out.released().0);
            if came_back > left.0 {
                io.out.because(Recorded(came_back));
            }
            self.write_isr(n, isr, io);
            io.out.because(before);
        }
        self.advance(n, io);
    }

    /// `maybeShrinkIsr` of all partitions, once in `replica.lag.time.max.ms`.
    pub(in crate::kafka) fn check_isrs(&mut self, io: &mut Io<'_>) {
        let before = io.out.cause();
        for n in 0..self.all.len() as u32 {
            let slow = self.at(n).check_isr(io.id, io.config.replica_lag_max_messages);
            let Some(first) = slow.first() else { continue };
            let lost = self.followers_lost.iter().find(|(broker, _)| broker == first).map(|(_, cause)| *cause);
            let silent = io.out.why_silent(NodeId::Broker(*first));
            io.out.because(silent.or(lost).unwrap_or(before));
            let isr: Vec<BrokerId> = match self.at(n).leading() {
                Some(leading) => leading.isr.iter().copied().filter(|broker| !slow.contains(broker)).collect(),
                None => {
                    never!("only a leader finds followers slow");
                    continue;
                }
            };
            self.write_isr(n, isr, io);
        }
        io.out.because(before);
        arm_check(io);
    }

    /// `updateIsr`: the leader itself changes the ISR, on the condition that the state is as it knows it.
    fn write_isr(&mut self, n: u32, isr: Vec<BrokerId>, io: &mut Io<'_>) {
        let write = self.next_isr_write;
        let replica = self.at(n);
        let Some(state) = sure(replica.state_with(io.id, &isr), LEADS) else { return };
        let tp = replica.tp.clone();
        if let Some(leading) = replica.leading_mut() {
            leading.pending = Some(PendingIsr { isr, write });
        }
        self.next_isr_write = write.wrapping_add(1);
        io.plane.propose_isr(write, &tp, &state, io.out);
    }

    fn pending(&self, write: u32) -> Option<u32> {
        let at = self.all.iter().position(|replica| {
            replica.leading().and_then(|leading| leading.pending.as_ref()).is_some_and(|pending| pending.write == write)
        })?;
        Some(at as u32)
    }

    pub(in crate::kafka) fn isr_answered(&mut self, write: u32, answer: IsrAnswer, io: &mut Io<'_>) {
        // An order of the controller came first: it said what the ISR is, and the proposal is void.
        let Some(n) = self.pending(write) else { return };
        match answer {
            IsrAnswer::Holds { version } => self.isr_changed(n, version, io),
            IsrAnswer::OtherVersion => {
                let replica = self.at(n);
                let pending = replica.leading().and_then(|leading| leading.pending.as_ref());
                let wanted = pending.and_then(|pending| replica.state_with(io.id, &pending.isr));
                let Some(wanted) = sure(wanted, LEADS) else { return };
                io.plane.look_at_isr(write, &replica.tp, &wanted, io.out);
            }
            IsrAnswer::Refused => self.isr_left(n, io),
        }
    }

    fn isr_changed(&mut self, n: u32, zk_version: i32, io: &mut Io<'_>) {
        let replica = self.at(n);
        let tp = replica.tp.clone();
        let Some(leading) = sure(replica.leading_mut(), LEADS) else { return };
        let Some(PendingIsr { isr, .. }) = sure(leading.pending.take(), LEADS) else { return };
        let removed: Vec<BrokerId> = leading.isr.iter().copied().filter(|broker| !isr.contains(broker)).collect();
        let added = isr.iter().copied().find(|broker| !leading.isr.contains(broker));
        leading.isr.clone_from(&isr);
        leading.zk_version = zk_version;
        let before = io.out.cause();
        match added {
            Some(added) => io.out.note_and_go_on(KafkaFact::IsrExpanded { tp, isr, added }),
            None => {
                io.out.note_and_go_on(KafkaFact::IsrShrunk { tp, isr, removed: removed.clone() });
                let left = io.out.cause();
                leading
                    .followers
                    .iter_mut()
                    .filter(|follower| removed.contains(&follower.broker))
                    .for_each(|follower| follower.left = left);
            }
        }
        self.advance(n, io);
        io.out.because(before);
    }

    fn isr_left(&mut self, n: u32, io: &mut Io<'_>) {
        if let Some(leading) = self.at(n).leading_mut() {
            leading.pending = None;
        }
        self.advance(n, io);
    }

    // ---- the connections of followers ----

    pub(in crate::kafka) fn client_lost(&mut self, conn: ConnId, io: &mut Io<'_>) {
        self.parked.forget(conn, io);
        if let (Channel::ReplicaFetcher, NodeId::Broker(follower)) = (conn.channel, conn.client) {
            self.followers_lost.retain(|(broker, _)| *broker != follower);
            self.followers_lost.push((follower, io.out.cause()));
        }
    }

    pub(in crate::kafka) fn client_came(&mut self, conn: ConnId) {
        if let (Channel::ReplicaFetcher, NodeId::Broker(follower)) = (conn.channel, conn.client) {
            self.followers_lost.retain(|(broker, _)| *broker != follower);
        }
    }
}

pub(super) fn arm_check(io: &mut Io<'_>) {
    let period = Delay::ms(u64::from(io.config.replica_lag_time_max_ms));
    io.out.arm_awaiting_several(Timer::Broker(BrokerTimer::IsrCheck), period);
}
