"""What is published of a grid (Art. 10 of the regulation): public page, notice boards 公示牌 and contact cards 联系卡."""
