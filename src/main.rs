fn main() {
    brokerscope::start();
}
